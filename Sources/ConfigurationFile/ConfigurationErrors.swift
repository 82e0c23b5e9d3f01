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

/// All that is wrong in a configuration file, sorted by place, followed by what is wrong in its users file. At least one
/// mistake.
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
    /// The first mistake with its place, and how many there are.
    package var diagnosis: Diagnosis {
        let count = mistakes.count == 1 ? "a mistake" : "\(mistakes.count) mistakes, the first one"
        let first = mistakes.first.map { " at \($0)" } ?? ""
        return Diagnosis(
            id: id,
            summary: Self.ended("The configuration has \(count)\(first)"),
            remedy: Self.remedy(of: id)
        )
    }

    package var retry: RetryAdvice { .never }

    /// Several mistakes have no single cause.
    private var id: String { mistakes.count == 1 ? mistakes[0].diagnosis : "config.invalid" }

    /// What to do about mistakes of one kind.
    static func remedy(of id: String) -> String {
        switch id {
        case "config.username-not-email":
            "Set username to an e-mail address or DOMAIN\\user, or set domain as well. With autodiscover, which finds the "
                + "server by an e-mail address, set account_address where username is none."
        case "url.malformed":
            "Set server to a host name or to the full form https://mail.example.com/ews/exchange.asmx, without a user "
                + "name or password in it."
        case "url.not-https":
            "Write https:// in server. Plain http is allowed to this machine only (loopback)."
        default:
            "Correct the file: freebusyd check-config --config FILE lists every mistake with its place."
        }
    }

    /// A message is no sentence, but may end like one.
    static func ended(_ text: String) -> String {
        text.last.map { ".?!…".contains($0) } == true ? text : text + "."
    }
}
