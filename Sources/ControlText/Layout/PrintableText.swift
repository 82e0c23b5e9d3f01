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
    /// Two for the wide characters of East Asia (Unicode UAX #11) and for pictures, else one.
    var columns: Int { unicodeScalars.contains(where: \.isWide) ? 2 : 1 }
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
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
