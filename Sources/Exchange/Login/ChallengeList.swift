/// One field `WWW-Authenticate`: challenges with commas between, and parameters of each with commas between too
/// (RFC 9110, 11.2, 11.3 and 5.6.1).
struct ChallengeList {
    private let text: Substring.UTF8View

    init(_ text: String) {
        self.text = text[...].utf8
    }

    /// The names of the schemes. A part between commas begins a challenge unless it is a parameter, `name = value`, of the
    /// one before it.
    var schemes: [String] {
        parts.compactMap { part in
            let word = part.prefix(while: \.isTokenCharacter)
            let rest = part[word.endIndex...].drop(while: \.isSpace)
            guard !word.isEmpty, rest.first != UInt8(ascii: "=") else { return nil }
            // After a name comes the end, or a space and what belongs to it; all else is none of this grammar.
            guard rest.isEmpty || rest.startIndex > word.endIndex else { return nil }
            return String(Substring(word))
        }
    }

    /// What stands between commas that no quotation marks enclose, without the space before it.
    private var parts: [Substring.UTF8View] {
        var parts: [Substring.UTF8View] = []
        var start = text.startIndex
        var isQuoted = false
        var isEscaped = false
        for index in text.indices {
            switch text[index] {
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\"): isEscaped = isQuoted
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: ",") where !isQuoted:
                parts.append(text[start..<index].drop(while: \.isSpace))
                start = text.index(after: index)
            default: break
            }
        }
        return parts + [text[start...].drop(while: \.isSpace)]
    }
}

extension UInt8 {
    fileprivate var isSpace: Bool { self == 0x20 || self == 0x09 }

    /// A `tchar` of RFC 9110, 5.6.2.
    fileprivate var isTokenCharacter: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }
}
