import Testing

@testable import ControlText

@Suite("Text in a terminal")
struct LayoutTests {
    @Test(
        "never holds what would steer it",
        arguments: [
            ("plain Grüße – 会議 👩‍👧", "plain Grüße – 会議 👩‍👧"),
            ("two\nlines\tand\rmore", "two lines and more"),
            ("red \u{1B}[31m, bell \u{7}", "red �[31m, bell �"),
            ("C1 \u{9B}31m \u{85}", "C1 �31m �"),
            ("evil \u{202E}gpj.exe\u{202C} \u{2066}x\u{2069} \u{200F}", "evil �gpj.exe� �x� �"),
            ("one\r\ntwo", "one  two"),
            ("\u{7F}\0", "��"),
        ]
    )
    func printable(_ text: String, expected: String) {
        #expect(text.printable == expected)
    }

    @Test("as JSON says the same with such characters escaped")
    func printableJSON() {
        #expect("{\n\"a\": \"\u{202E}x\u{9B}\u{7F}\"\n}".printableJSON == "{\n\"a\": \"\\u202ex\\u009b\\u007f\"\n}")
    }

    @Test(
        "is broken between words, and in a word only where the word is longer than a line",
        arguments: [
            ("one two three", "", 0, 7, ["one two", "three"]),
            ("one two three", "Scan ", 5, 9, ["Scan one", "     two", "     thre", "     e"]),
            ("a abcdefghij b", "", 2, 6, ["a", "  abcd", "  efgh", "  ij b"]),
            ("会議 会議", "", 0, 5, ["会議", "会議"]),
            ("", "→ ", 2, 10, ["→ "]),
        ]
    )
    func paragraphs(text: String, first: String, indent: Int, width: Int, lines: [String]) {
        #expect(Paragraph(text, first: first, indent: indent, width: width).lines == lines)
    }

    @Test(
        "an address is cut so that users stay apart",
        arguments: [
            ("user0001@example.com", 20, "user0001@example.com"),
            ("user0001@very.long.domain.example.com", 20, "user0001@very.…e.com"),
            ("user0001@very.long.domain.example.com", 10, "user0001@…"),
            ("a.very.long.name.0001@example.com", 16, "a.very.…e.0001@…"),
            ("no address at all", 9, "no a… all"),
        ]
    )
    func addresses(address: String, width: Int, expected: String) {
        let cut = address.addressCut(to: width)
        #expect(cut.columns <= width)
        #expect(cut == expected)
    }

    @Test("the column with most to spare gives way, none below the least it asks for")
    func tables() {
        let table = TextTable(
            [
                .init(heading: "LONG", least: 4), .init(heading: "SHORT", least: 3, most: 6),
                .init(heading: "FIXED", least: 5),
            ],
            rows: [["abcdefghijkl", "abcdefghi", "12345"]]
        )
        #expect(table.lines(width: 80) == ["LONG          SHORT   FIXED", "abcdefghijkl  abcde…  12345"])
        #expect(table.lines(width: 20) == ["LONG    SHORT  FIXED", "abcde…  abcd…  12345"])
    }

    @Test(
        "a word of a command is quoted where a shell would read more into it",
        arguments: [
            ("alice@example.com", "alice@example.com"), ("201", "201"), ("", "''"), ("$(id)", "'$(id)'"),
            ("o'neil@example.com", #"'o'\''neil@example.com'"#), ("a b", "'a b'"), ("ä", "'ä'"), ("*", "'*'"),
        ]
    )
    func shellWords(word: String, quoted: String) {
        #expect(ShellWord.quoted(word) == quoted)
    }
}
