/// Families in the text format of Prometheus, version 0.0.4
/// (<https://prometheus.io/docs/instrumenting/exposition_formats/>).
package struct MetricsText: Sendable {
    /// What an answer says of its body.
    package static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    /// Every line ends with a line feed, the last one too.
    package private(set) var text = ""

    /// - Parameter families: each name once. Those without samples are left out, as nothing is known of them.
    package init(_ families: [MetricFamily]) {
        for family in families where !family.samples.isEmpty { write(family) }
    }

    /// A number as Go reads it, which is what Prometheus is written in.
    package static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        // Whole numbers without ".0", as the format's own examples have them.
        return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    }

    private mutating func write(_ family: MetricFamily) {
        text += "# HELP \(family.name) \(Self.escaped(family.help, quotes: false))\n"
        text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
        for sample in family.samples {
            text += family.name
            text += sample.suffix
            write(sample.labels)
            text += " \(Self.number(sample.value))\n"
        }
    }

    private mutating func write(_ labels: [MetricFamily.Label]) {
        guard !labels.isEmpty else { return }
        let pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }
        text += "{\(pairs.joined(separator: ","))}"
    }

    /// - Parameter quotes: whether the text stands in quotation marks.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        // Scalar by scalar: as characters, CR and LF together are one, and no line feed.
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
