import Testing

@testable import ConfigurationFile

/// A text read to its end: one line for each record, as `LINE:COLUMN [field|field]`, or `LINE:COLUMN ! LINE:COLUMN` with
/// the place of the fault.
private func read(_ text: String, separator: Character = ",") -> [String] {
    var reader = CSVReader(Array(text.utf8), separator: separator.asciiValue ?? 0)
    var records: [String] = []
    while let record = reader.next() {
        let place = "\(record.place.line):\(record.place.column)"
        switch record.content {
        case .fields(let fields): records.append("\(place) [\(fields.map(\.value).joined(separator: "|"))]")
        case .broken(let fault): records.append("\(place) ! \(fault.place.line):\(fault.place.column)")
        }
    }
    return records
}

@Suite("Comma-separated values")
struct CSVReaderTests {
    @Test(
        "the examples of RFC 4180 mean what it says",
        arguments: [
            // Section 2, rules 1 to 7.
            ("aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n", ["1:1 [aaa|bbb|ccc]", "2:1 [zzz|yyy|xxx]"]),
            ("aaa,bbb,ccc\r\nzzz,yyy,xxx", ["1:1 [aaa|bbb|ccc]", "2:1 [zzz|yyy|xxx]"]),
            (
                "field_name,field_name,field_name\r\naaa,bbb,ccc\r\nzzz,yyy,xxx\r\n",
                ["1:1 [field_name|field_name|field_name]", "2:1 [aaa|bbb|ccc]", "3:1 [zzz|yyy|xxx]"]
            ),
            ("aaa,bbb,ccc", ["1:1 [aaa|bbb|ccc]"]),
            ("\"aaa\",\"bbb\",\"ccc\"\r\nzzz,yyy,xxx", ["1:1 [aaa|bbb|ccc]", "2:1 [zzz|yyy|xxx]"]),
            ("\"aaa\",\"b\r\nbb\",\"ccc\"\r\nzzz,yyy,xxx", ["1:1 [aaa|b\r\nbb|ccc]", "3:1 [zzz|yyy|xxx]"]),
            ("\"aaa\",\"b\"\"bb\",\"ccc\"", ["1:1 [aaa|b\"bb|ccc]"]),
        ]
    )
    func examples(text: String, records: [String]) {
        #expect(read(text) == records)
    }

    @Test(
        "fields and lines end where they end",
        arguments: [
            ("", []), ("\n\r\n\r", []), ("a", ["1:1 [a]"]), (",", ["1:1 [|]"]), ("a,\n,b\n", ["1:1 [a|]", "2:1 [|b]"]),
            ("\"\"", ["1:1 []"]), ("\"\",\"\"\n", ["1:1 [|]"]), ("\"\"\"\"", ["1:1 [\"]"]),
            ("\"\"\"a\"\"\"", ["1:1 [\"a\"]"]), (" a , b ", ["1:1 [ a | b ]"]), ("\"a,b\",c", ["1:1 [a,b|c]"]),
            ("a\nb\rc\r\nd", ["1:1 [a]", "2:1 [b]", "3:1 [c]", "4:1 [d]"]),
            ("a\n\nb\r\rc\r\n\r\nd\n\re", ["1:1 [a]", "3:1 [b]", "5:1 [c]", "7:1 [d]", "9:1 [e]"]),
            ("\"a\rb\"\n\"c\r\nd\"\r\"e\n\r\"\nf", ["1:1 [a\rb]", "3:1 [c\r\nd]", "5:1 [e\n\r]", "8:1 [f]"]),
            ("ä,\u{1F600}\n\u{FEFF}", ["1:1 [ä|\u{1F600}]", "2:1 [\u{FEFF}]"]),
        ] as [(String, [String])]
    )
    func ends(text: String, records: [String]) {
        #expect(read(text) == records)
    }

    @Test("each field knows its place, in characters, behind line breaks in quotes too")
    func places() {
        var reader = CSVReader(Array("äö,\"é\r\n\u{1F600}\",x\n".utf8), separator: UInt8(ascii: ","))
        let record = reader.next()
        guard case .fields(let fields)? = record?.content else {
            Issue.record("no record of fields")
            return
        }
        #expect(fields.map(\.place) == [(1, 1), (1, 4), (2, 4)].map(Place.init(line:column:)))
    }

    @Test("other separators leave the comma to the fields")
    func separators() {
        #expect(read("a,b;\"c;d\";e\tf", separator: ";") == ["1:1 [a,b|c;d|e\tf]"])
        #expect(read("a,b\tc;d\t\n", separator: "\t") == ["1:1 [a,b|c;d|]"])
    }

    @Test(
        "a broken line is told with its place, and reading goes on behind it",
        arguments: [
            // A quote within a field without quotes.
            ("a,b\"c\nd,e", ["1:1 ! 1:4", "2:1 [d|e]"]),
            ("a, \"b\"\nc", ["1:1 ! 1:4", "2:1 [c]"]),
            // Text behind the closing quote.
            ("a,\"b\"c,d\ne", ["1:1 ! 1:6", "2:1 [e]"]),
            ("a,\"b\" ,d\r\ne", ["1:1 ! 1:6", "2:1 [e]"]),
            // A quote that is never closed.
            ("a,\"b\nc,d\ne", ["1:1 ! 1:3", "2:1 [c|d]", "3:1 [e]"]),
            ("a\n\"", ["1:1 [a]", "2:1 ! 2:1"]),
            ("\"a\"\"\nb", ["1:1 ! 1:1", "2:1 [b]"]),
            // One that the next line seems to close.
            ("a,\"b\nc,\"d\"\ne", ["1:1 ! 1:3", "2:1 [c|d]", "3:1 [e]"]),
            // Behind a field of two lines, only the last line is lost.
            ("\"a\nb\",c\"\nd", ["1:1 ! 2:5", "3:1 [d]"]),
        ]
    )
    func broken(text: String, records: [String]) {
        #expect(read(text) == records)
    }

    @Test("the longest field is read, one byte more is a fault of its line")
    func longestField() {
        let fits = String(repeating: "x", count: CSVReader.longestField)
        #expect(read("a,\(fits)\nb") == ["1:1 [a|\(fits)]", "2:1 [b]"])
        #expect(read("a,\(fits)x\nb") == ["1:1 ! 1:3", "2:1 [b]"])
        let quoted = String(repeating: "\n", count: CSVReader.longestField - 2)
        #expect(read("\"\(quoted)\"") == ["1:1 [\(quoted)]"])
        // One byte more: what lies within becomes empty lines, and the closing quote an open one.
        let last = CSVReader.longestField
        let records = ["1:1 ! 1:3", "\(last):1 ! \(last):1", "\(last + 1):1 [b]"]
        #expect(read("a,\"\n\(quoted)\"\nb") == records)
        #expect(read(String(repeating: "\"", count: 2 * CSVReader.longestField)) == ["1:1 ! 1:1"])
    }

    @Test("the most fields are read, one more is a fault of its line")
    func mostFields() {
        let commas = String(repeating: ",", count: CSVReader.mostFields - 1)
        #expect(read(commas + "\nb") == ["1:1 [\(commas.replacing(",", with: "|"))]", "2:1 [b]"])
        #expect(read(commas + ",\nb") == ["1:1 ! 1:\(CSVReader.mostFields + 1)", "2:1 [b]"])
    }
}
