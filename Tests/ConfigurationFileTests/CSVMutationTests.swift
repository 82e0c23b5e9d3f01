import Availability
import TestSupport
import Testing

@testable import ConfigurationFile

/// Texts that are made up, with what must be read from them known beforehand, and texts that are broken at random.
/// Both are the same in each run.
@Suite("Made-up and broken CSV files")
struct CSVMutationTests {
    /// What a line that was written must be read as.
    private struct Expected: Equatable {
        var line: Int
        /// `nil` for a line that breaks the rules.
        var fields: [String]?
    }

    @Test("whatever is written is read again, each record with its line", arguments: 1...20 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) {
        var generator = SplitMix(seed: seed)
        let separator = ([",", ";", "\t"] as [Character]).randomElement(using: &generator) ?? ","
        let (text, expected) = Self.file(separator, using: &generator)
        var reader = CSVReader(Array(text.utf8), separator: separator.asciiValue ?? 0)
        var found: [Expected] = []
        while let record = reader.next() {
            switch record.content {
            case .fields(let fields): found.append(Expected(line: record.place.line, fields: fields.map(\.value)))
            case .broken: found.append(Expected(line: record.place.line, fields: nil))
            }
        }
        #expect(found == expected)
    }

    /// A file of 200 records between empty lines, with line ends of all kinds.
    private static func file(
        _ separator: Character,
        using generator: inout SplitMix
    ) -> (text: String, records: [Expected]) {
        let ends = ["\n", "\r\n", "\r"]
        var (text, line, records) = ("", 1, [Expected]())
        func end() -> String {
            // A lone CR and an LF behind it would be one line end.
            text.unicodeScalars.last == "\r" ? "\r\n" : ends.randomElement(using: &generator) ?? "\n"
        }
        for _ in 0..<200 {
            for _ in 0..<Int.random(in: 0...2, using: &generator) {
                text += end()
                line += 1
            }
            guard !Int.random(in: 0..<8, using: &generator).isMultiple(of: 8) else {
                records.append(Expected(line: line, fields: nil))
                text += "a\(separator)b\"c" + (ends.randomElement(using: &generator) ?? "\n")
                line += 1
                continue
            }
            let fields = (0..<Int.random(in: 1...5, using: &generator)).map { _ in field(using: &generator) }
            records.append(Expected(line: line, fields: fields.map(\.value)))
            text += fields.map(\.written).joined(separator: String(separator))
            text += ends.randomElement(using: &generator) ?? "\n"
            line += 1 + fields.reduce(0) { $0 + $1.lineBreaks }
        }
        return (text, records)
    }

    /// A field, how it is written, and how many line breaks it holds.
    private static func field(using generator: inout SplitMix) -> (value: String, written: String, lineBreaks: Int) {
        let plain = ["a", "ä", " ", "1001", "\u{1F600}", "x@example.com"]
        let special = [",", ";", "\t", "\"", "\n", "\r\n"]
        let pieces = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
            (Bool.random(using: &generator) ? plain : special).randomElement(using: &generator) ?? ""
        }
        let value = pieces.joined()
        let isPlain = pieces.allSatisfy(plain.contains) && Bool.random(using: &generator)
        return (
            value,
            isPlain ? value : "\"\(value.replacing("\"", with: "\"\""))\"",
            pieces.count { $0.utf8.last == UInt8(ascii: "\n") }
        )
    }

    @Test(
        "a broken text is read to its end, and each record begins where it says",
        arguments: 1...300 as ClosedRange<UInt64>
    )
    func mutated(seed: UInt64) {
        var generator = SplitMix(seed: seed)
        var bytes = Array(Self.file(",", using: &generator).text.utf8.prefix(1_000))
        for _ in 0..<Int.random(in: 1...12, using: &generator) {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.insert(",;\t\"\"\"\n\r".utf8.randomElement(using: &generator) ?? 0, at: place)
            case 2: bytes.removeSubrange(place..<min(bytes.count - 1, place + 20))
            default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 50)], at: place)
            }
        }
        Self.check(bytes)
        Self.checkAsUsers(bytes)
    }

    /// Reads bytes that may be anything, and looks at the places of the records in the lines of the text, which are found
    /// in another way here.
    private static func check(_ bytes: [UInt8]) {
        // Bytes that are no UTF-8 would be replaced by other code points in the lines.
        guard let text = String(validating: bytes, as: UTF8.self) else { return }
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
        var reader = CSVReader(bytes, separator: UInt8(ascii: ","))
        var last = 0
        while let record = reader.next() {
            #expect(record.place.line > last && record.place.column == 1)
            last = record.place.line
            switch record.content {
            case .fields(let fields):
                for field in fields {
                    let rest = lines[field.place.line - 1].unicodeScalars.dropFirst(field.place.column - 1)
                    #expect(rest.first == "\"" || rest.starts(with: field.value.unicodeScalars))
                }
                last = fields.last?.place.line ?? last
            case .broken(let fault):
                let line = lines[fault.place.line - 1]
                #expect(fault.place >= record.place && fault.place.column <= line.unicodeScalars.count + 1)
            }
        }
    }

    /// Reads the same as users: they are refused or read, and each warning is one line with a place in the text.
    private static func checkAsUsers(_ bytes: [UInt8]) {
        let header = Array("address,extension,display_name\nanna@example.com,,\n".utf8)
        do throws(ConfigurationErrors) {
            let configuration = try configuration(withUsers: header + bytes)
            let lines = 3 + bytes.count { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
            #expect(configuration.users.contains { $0.address.text == "anna@example.com" })
            for warning in configuration.warnings {
                #expect((1...lines).contains(warning.line) && warning.column >= 1)
                #expect(!warning.message.contains { $0.isNewline })
            }
        } catch {
            // Only bytes that are no text are a reason to refuse the file: one line of it is good.
            #expect(error.mistakes.count == 1 && error.mistakes[0].message.contains("is not UTF-8"))
        }
    }

    @Test("random bytes are refused or read, and nothing crashes")
    func randomBytes() {
        var generator = SplitMix(seed: 2)
        for _ in 0..<200 {
            let count = Int.random(in: 0...2_000, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            Self.checkAsUsers(bytes)
            Self.checkAsUsers(bytes.map { $0 & 0x7F })
            Self.check(bytes.map { $0 & 0x7F })
        }
    }
}
