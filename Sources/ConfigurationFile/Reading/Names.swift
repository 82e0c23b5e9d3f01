/// The names of connectors and hooks. They stand in paths of the control API, in metrics and in the log.
enum Name {
    static let longest = 64

    static func checked(_ text: String) throws(Objection) -> String {
        let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        guard isPlain, (1...longest).contains(text.utf8.count), text.first != "." else {
            throw Objection("\"\(text)\" is no name, expected up to \(longest) letters, digits, hyphens, _ and dots")
        }
        return text
    }
}

/// Texts that may stand in a file only once.
struct UniqueTexts {
    private var places: [String: Place] = [:]

    /// Where `text` was first; `nil` where it was not.
    func place(of text: String) -> Place? { places[text] }

    /// Remembers a text that was not there before.
    mutating func add(_ text: Located<String>) {
        places[text.value] = text.place
    }

    /// Notes a mistake where `text` was there before.
    mutating func add<Key>(_ text: Located<String>, of key: Key, in reader: TableReader<Key>) {
        if let first = places[text.value] {
            let message = "\(key.rawValue): \"\(text.value)\" is already used in line \(first.line)"
            reader.mistakes.note(message, at: text.place)
        } else {
            add(text)
        }
    }
}
