import Foundation
import Testing

@testable import ControlText

@Suite("The width of characters")
struct ColumnsTests {
    @Test("is what the C library says of each, where it says anything")
    func cLibrary() throws {
        // wcwidth(3) asks the locale of the process; only how bytes are read as characters changes by this.
        try #require(setlocale(LC_CTYPE, "C.UTF-8") != nil)
        // Its header hides it from who does not ask for X/Open.
        let symbol = try #require(dlsym(nil, "wcwidth"))
        let wcwidth = unsafeBitCast(symbol, to: (@convention(c) (wchar_t) -> CInt).self)
        var differing: [String] = []
        for value in UInt32(0x20)...0x2FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            // Both know characters of other years, and disagree on those that are not, or are control characters.
            let properties = scalar.properties
            guard properties.age.map({ $0.major <= 13 }) == true, properties.generalCategory != .control,
                properties.generalCategory != .format, properties.generalCategory != .spacingMark,
                !properties.isDefaultIgnorableCodePoint
            else { continue }
            let expected = wcwidth(wchar_t(value))
            // Vowels and finals of Hangul stand in the square that the first consonant has opened.
            guard expected >= 0, !(0x1160...0x11FF).contains(value), !(0xD7B0...0xD7FB).contains(value) else {
                continue
            }
            // A flag is two of these letters, of which a terminal shows one picture.
            guard !(0x1F1E6...0x1F1FF).contains(value) else { continue }
            let columns = String(Character(scalar)).columns
            if columns != Int(expected) {
                differing.append("U+\(String(value, radix: 16)) takes \(expected), not \(columns)")
            }
        }
        #expect(differing == [])
    }

    @Test(
        "of what is made of several",
        arguments: [
            ("e\u{301}", 1), ("\u{200B}", 0), ("한", 2), ("🇩🇪", 2), ("☎\u{FE0F}", 2), ("☎", 1), ("👩‍👧", 2),
            ("\u{FEFF}a", 1),
        ]
    )
    func clusters(text: String, columns: Int) {
        #expect(text.columns == columns)
    }
}
