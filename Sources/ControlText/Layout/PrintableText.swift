// Names, subjects and replies are written by other people. What they hold must not steer the terminal of whoever reads
// it: no control characters (C0, DEL, C1), and none that turn the direction of the text around (Unicode UAX #9).

extension String {
    /// The text in one line: line breaks and tabs as spaces, what would steer a terminal as `�`.
    package var printable: String {
        guard unicodeScalars.contains(where: \.steersTerminal) else { return self }
        var scalars = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar {
            case "\t", "\n", "\r": scalars.append(" ")
            default: scalars.append(scalar.steersTerminal ? "\u{FFFD}" : scalar)
            }
        }
        return String(scalars)
    }

    /// JSON that says the same with such characters escaped. The encoder escapes C0 alone, and outside of strings JSON
    /// has none of them but the line breaks of its layout, which stay.
    package var printableJSON: String {
        var text = ""
        for scalar in unicodeScalars {
            if scalar.steersTerminal, scalar != "\n" {
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// Columns that the text takes in a terminal.
    var columns: Int { reduce(0) { $0 + $1.columns } }
}

extension Character {
    /// Two for the wide characters of East Asia (Unicode UAX #11), for pictures and flags; none for what has no form of
    /// its own; else one.
    var columns: Int {
        if unicodeScalars.allSatisfy(\.isFormless) { return 0 }
        return unicodeScalars.contains(where: \.isWide) ? 2 : 1
    }
}

extension Unicode.Scalar {
    fileprivate var steersTerminal: Bool {
        switch value {
        case 0..<0x20, 0x7F...0x9F, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    fileprivate var isWide: Bool {
        switch value {
        // Blocks; what is wide beside them are pictures. The last asks for the form of a picture (UTS #51).
        case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C,
            0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
            0x16FE0...0x18D08, 0x1AFF0...0x1B2FB, 0x1F200...0x1F265, 0x20000...0x3FFFD, 0xFE0F:
            true
        case ..<0x80: false
        default: properties.isEmojiPresentation
        }
    }

    /// Marks that stand on what is before them, and invisible ones.
    fileprivate var isFormless: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: true
        default: false
        }
    }
}
