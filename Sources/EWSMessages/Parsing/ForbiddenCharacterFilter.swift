/// Takes out of a document what XML 1.0 forbids, so that one bad character does not lose a whole answer.
///
/// Real servers put control characters that sit in a subject into the XML, raw or as references such as `&#x10;`
/// (<https://www.w3.org/TR/xml/#charsets> allows neither). Each is overwritten by white space of the same length, so
/// that byte offsets and line numbers stay true. Bytes may come in pieces of any size: the beginning of a reference at
/// the end of a piece is held back until its rest arrives.
struct ForbiddenCharacterFilter {
    /// The longest reference worth looking at, as in `&#x0010FFFF;`. A longer one is left for the parser to judge.
    private static let longestReference = 16

    /// The beginning of a reference, or of a character of three bytes, that the last piece ended in.
    private var heldBack: [UInt8] = []

    /// The bytes that can be handed on now. Where there is nothing to take out, they are `piece` itself, not copied.
    mutating func pass(_ piece: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = piece
        if !heldBack.isEmpty {
            bytes = ArraySlice(heldBack + piece)
            heldBack = []
        }
        var flaws: [Flaw] = []
        let end = bytes.withUnsafeBufferPointer { Self.scan($0, &flaws) }
        for flaw in flaws { flaw.overwrite(&bytes) }
        heldBack = Array(bytes[(bytes.startIndex + end)...])
        return bytes[..<(bytes.startIndex + end)]
    }

    /// What is left when no more bytes come: half a reference, which the parser will complain of.
    mutating func finish() -> ArraySlice<UInt8> {
        defer { heldBack = [] }
        return ArraySlice(heldBack)
    }

    /// A stretch that must go; positions count from the start of the bytes.
    private struct Flaw {
        var range: Range<Int>
        var isReference: Bool

        /// A reference becomes one to a tab, filled up with leading zeros; anything else becomes spaces.
        func overwrite(_ bytes: inout ArraySlice<UInt8>) {
            let first = bytes.startIndex + range.lowerBound
            let last = bytes.startIndex + range.upperBound - 1
            guard isReference else {
                for index in first...last { bytes[index] = UInt8(ascii: " ") }
                return
            }
            for index in (first + 2)..<(last - 1) { bytes[index] = UInt8(ascii: "0") }
            bytes[last - 1] = UInt8(ascii: "9")
        }
    }

    /// Finds the flaws.
    /// - Returns: how many bytes are decided; the rest must wait for more.
    private static func scan(_ bytes: UnsafeBufferPointer<UInt8>, _ flaws: inout [Flaw]) -> Int {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case 0x00...0x08, 0x0B, 0x0C, 0x0E...0x1F:
                flaws.append(Flaw(range: index..<(index + 1), isReference: false))
                index += 1
            case UInt8(ascii: "&"):
                switch reference(in: bytes, at: index) {
                case .incomplete: return index
                case .allowed: index += 1
                case .forbidden(let length):
                    flaws.append(Flaw(range: index..<(index + length), isReference: true))
                    index += length
                }
            case 0xEF:
                // U+FFFE and U+FFFF in UTF-8.
                guard index + 2 < bytes.count else { return index }
                if bytes[index + 1] == 0xBF, bytes[index + 2] >= 0xBE {
                    flaws.append(Flaw(range: index..<(index + 3), isReference: false))
                }
                index += 3
            default:
                index += 1
            }
        }
        return bytes.count
    }

    private enum Reference {
        case allowed, incomplete
        /// Its length in bytes, from `&` to `;`.
        case forbidden(Int)
    }

    /// Reads the numeric character reference that may start at `start`.
    private static func reference(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Reference {
        var index = start + 1
        guard index < bytes.count else { return .incomplete }
        guard bytes[index] == UInt8(ascii: "#") else { return .allowed }
        index += 1
        guard index < bytes.count else { return .incomplete }
        let isHexadecimal = bytes[index] == UInt8(ascii: "x")
        if isHexadecimal { index += 1 }
        let firstDigit = index
        var number: UInt64 = 0
        while index < bytes.count, index - start < longestReference {
            let byte = bytes[index]
            if byte == UInt8(ascii: ";") {
                guard index > firstDigit, !isAllowed(number) else { return .allowed }
                return .forbidden(index - start + 1)
            }
            guard let digit = digit(byte, isHexadecimal: isHexadecimal) else { return .allowed }
            number = number * (isHexadecimal ? 16 : 10) + UInt64(digit)
            index += 1
        }
        return index - start < longestReference ? .incomplete : .allowed
    }

    private static func digit(_ byte: UInt8, isHexadecimal: Bool) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f") where isHexadecimal: byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F") where isHexadecimal: byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The production `Char` of XML 1.0.
    private static func isAllowed(_ number: UInt64) -> Bool {
        switch number {
        case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}
