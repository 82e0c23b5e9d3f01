/// Text in elements and attributes (<https://www.w3.org/TR/xml/>).
enum XMLText {
    private static let ellipsis = "…"

    /// Escaped, and without the characters that XML 1.0 forbids even escaped (2.2). Ends of lines become LF (2.11).
    ///
    /// - Parameter longest: the most bytes of what comes out. What is longer is cut between two characters, as people
    ///   see them, and ends with an ellipsis; the rest is not looked at.
    static func escaped(_ text: String, longest: Int = .max) -> String {
        var escaped = ""
        var count = 0
        // Up to where the ellipsis still fits.
        var cut = 0
        for character in text {
            let piece = piece(character)
            count += piece.utf8.count
            guard count <= longest else {
                guard ellipsis.utf8.count <= longest else { return "" }
                return String(decoding: escaped.utf8.prefix(cut), as: UTF8.self) + ellipsis
            }
            escaped += piece
            if count + ellipsis.utf8.count <= longest { cut = count }
        }
        return escaped
    }

    private static func piece(_ character: Character) -> String {
        if character == "\r\n" || character == "\r" { return "\n" }
        var piece = ""
        for scalar in character.unicodeScalars {
            switch scalar {
            case "&": piece += "&amp;"
            case "<": piece += "&lt;"
            case ">": piece += "&gt;"
            case "\"": piece += "&quot;"
            case "\t", "\n", "\u{20}"..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}":
                piece.unicodeScalars.append(scalar)
            default: break
            }
        }
        return piece
    }
}
