/// A metric as it is at the time of a scrape: its samples, one or more for each set of labels.
///
/// Names and units follow <https://prometheus.io/docs/practices/naming/>; nothing here checks them.
package struct MetricFamily: Hashable, Sendable {
    /// What Prometheus may expect of the numbers
    /// (<https://prometheus.io/docs/concepts/metric_types/>).
    package enum Kind: String, Sendable {
        /// Only rises, but for a restart.
        case counter
        case gauge
        case histogram
    }

    /// What tells a sample from the others of its family.
    package struct Label: Hashable, Sendable {
        package var name: String
        /// Any text.
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// One number.
    package struct Sample: Hashable, Sendable {
        /// What follows the family's name: `_bucket`, `_sum` or `_count` of a histogram, else nothing.
        package var suffix: String
        package var labels: [Label]
        package var value: Double

        package init(_ value: Double, labels: [Label] = [], suffix: String = "") {
            self.suffix = suffix
            self.labels = labels
            self.value = value
        }
    }

    package var name: String
    /// One sentence for whoever meets the metric in Prometheus.
    package var help: String
    package var kind: Kind
    package var samples: [Sample]

    package init(_ name: String, _ kind: Kind, help: String, _ samples: [Sample]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.samples = samples
    }

    /// A family of one number without labels.
    package init(_ name: String, _ kind: Kind, help: String, value: Double) {
        self.init(name, kind, help: help, [Sample(value)])
    }
}
