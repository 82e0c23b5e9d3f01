package import Availability

/// One thing that is wrong in a configuration file, and where.
package struct ConfigurationMistake: Hashable, Sendable {
    /// The file as it was named when it was loaded.
    package var file: String
    /// Counts from 1.
    package var line: Int
    /// Counts from 1, in Unicode code points.
    package var column: Int
    /// What is wrong and what would be right. Never holds a secret.
    package var message: String
    /// The diagnosis it belongs to, such as `url.malformed`; most are `config.invalid`.
    package var diagnosis: String

    package init(file: String, line: Int, column: Int, message: String, diagnosis: String = "config.invalid") {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.diagnosis = diagnosis
    }
}

extension ConfigurationMistake: CustomStringConvertible {
    /// `FILE:LINE:COLUMN: what is wrong`, which editors can jump to.
    package var description: String { "\(file):\(line):\(column): \(message)" }
}

/// All that is wrong in a configuration file, sorted by place. At least one mistake.
package struct ConfigurationErrors: Error, Hashable {
    package var mistakes: [ConfigurationMistake]

    package init(_ mistakes: [ConfigurationMistake]) {
        self.mistakes = mistakes
    }
}

extension ConfigurationErrors: CustomStringConvertible {
    /// One line for each mistake.
    package var description: String { mistakes.map(\.description).joined(separator: "\n") }
}

extension ConfigurationErrors: ExplainedError {
    /// The first mistake, and how many more there are.
    package var diagnosis: Diagnosis {
        let first = mistakes.first?.description ?? "the configuration is not valid"
        let more = mistakes.count > 1 ? " (and \(mistakes.count - 1) more)" : ""
        return Diagnosis(
            id: mistakes.count == 1 ? mistakes[0].diagnosis : "config.invalid",
            summary: first + more,
            remedy: "Correct the file; `freebusyd check-config --config FILE` lists every mistake with its place."
        )
    }

    package var retry: RetryAdvice { .never }
}
