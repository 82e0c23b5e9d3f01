/// The grammar that header fields share (RFC 3261, 25.1).
enum HeaderText {
    /// `token`
    static func isToken(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(isTokenByte)
    }

    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        // - . ! % * _ + ` ' ~
        case 0x2D, 0x2E, 0x21, 0x25, 0x2A, 0x5F, 0x2B, 0x60, 0x27, 0x7E: true
        default: false
        }
    }

    /// Whether a line may hold it: neither the end of a line nor a NUL, so that no text begins a field of its own.
    static func staysInLine(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 != 0x0D && $0 != 0x0A && $0 != 0 }
    }

    /// A number of at most ten digits and nothing else.
    static func number(_ text: some StringProtocol) -> Int? {
        guard 1...10 ~= text.utf8.count, text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        return Int(text)
    }

    /// The parts between separators that stand neither in quotes nor in angle brackets, without blanks around them.
    static func split(_ text: some StringProtocol, at separator: Unicode.Scalar) -> [String] {
        var parts: [String] = []
        var part = String.UnicodeScalarView()
        var (isQuoted, isEscaped, isBracketed) = (false, false, false)
        for scalar in text.unicodeScalars {
            if isEscaped {
                isEscaped = false
            } else if isQuoted {
                if scalar == "\\" { isEscaped = true }
                if scalar == "\"" { isQuoted = false }
            } else if scalar == "\"" {
                isQuoted = true
            } else if scalar == "<" || scalar == ">" {
                isBracketed = scalar == "<"
            } else if scalar == separator, !isBracketed {
                parts.append(trimmed(String(part)))
                part = String.UnicodeScalarView()
                continue
            }
            part.append(scalar)
        }
        parts.append(trimmed(String(part)))
        return parts
    }

    /// `;name=value` behind a value; names in lower case, values as they stand, `""` where there is none. The first of
    /// a name counts.
    static func parameters(_ parts: some Sequence<String>) -> [String: String] {
        var parameters: [String: String] = [:]
        for part in parts where !part.isEmpty {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = trimmed(pair[0]).lowercased()
            if parameters[name] == nil { parameters[name] = pair.count > 1 ? trimmed(pair[1]) : "" }
        }
        return parameters
    }

    /// Without blanks and tabs at both ends.
    static func trimmed(_ text: some StringProtocol) -> String {
        let text = Substring(text)
        let utf8 = text.utf8
        guard let first = utf8.firstIndex(where: { $0 != 0x20 && $0 != 0x09 }),
            let last = utf8.lastIndex(where: { $0 != 0x20 && $0 != 0x09 })
        else { return "" }
        return String(text[first...last])
    }

    /// `quoted-string`: quotes and backslashes are escaped.
    static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
