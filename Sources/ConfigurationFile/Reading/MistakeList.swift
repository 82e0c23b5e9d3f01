/// What a converter has against a value; the reader adds key and place.
struct Objection: Error {
    /// Reads on from `key: `.
    var message: String
    var diagnosis = "config.invalid"

    init(_ message: String, diagnosis: String = "config.invalid") {
        self.message = message
        self.diagnosis = diagnosis
    }
}

/// Collects the mistakes of one file while its tables are read, so that all of them can be told at once.
final class MistakeList {
    /// The longest message, in code points.
    private static let longest = 400

    /// As the mistakes name it.
    let file: String
    private var mistakes: [ConfigurationMistake] = []

    init(file: String) {
        self.file = file
    }

    /// Notes a mistake. What messages quote from the file may be anything, so control characters are taken out and
    /// the length is bounded: a mistake stays one line.
    func note(_ message: String, at place: Place, diagnosis: String = "config.invalid") {
        mistakes.append(
            ConfigurationMistake(
                file: file,
                line: place.line,
                column: place.column,
                message: Self.printable(message),
                diagnosis: diagnosis
            )
        )
    }

    private static func printable(_ message: String) -> String {
        let line = message.unicodeScalars.map { scalar -> Character in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .format: "\u{FFFD}"
            default: Character(scalar)
            }
        }
        return line.count <= longest ? String(line) : String(line.prefix(longest)) + "…"
    }

    /// All that was noted, sorted by place.
    var sorted: [ConfigurationMistake] {
        mistakes.sorted { ($0.line, $0.column, $0.message) < ($1.line, $1.column, $1.message) }
    }

    /// Throws all that was noted, if anything was.
    /// - Parameter warnings: what is wrong too, but would not be a reason to throw.
    func throwIfAny(followedBy warnings: [ConfigurationMistake]) throws(ConfigurationErrors) {
        guard !mistakes.isEmpty else { return }
        throw ConfigurationErrors(sorted + warnings)
    }
}
