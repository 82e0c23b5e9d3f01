import TestSupport
import Testing

@testable import EWSMessages

/// Whatever the HTML, its text is within the limit, and made in a time that grows with the length at most.
@Suite("Text of automatic replies: limits and damage")
struct ReplyTextDamageTests {
    private static let limit = ReplyText.characterLimit

    @Test(
        "a text that is too long ends in an ellipsis behind a whole word",
        arguments: cases.indices
    )
    func cut(number: Int) {
        let (text, expected) = Self.cases[number]
        #expect(ReplyText(text).text == expected)
        #expect(ReplyText("<p>\(text.replacing("\n", with: "<br>"))</p>").text == expected)
    }

    private static let cases = [
        (String(repeating: "a", count: limit), String(repeating: "a", count: limit)),
        (String(repeating: "é", count: limit + 1), String(repeating: "é", count: limit - 1) + "…"),
        // 799 words of four letters and a space are 3,995; the next would end at 3,999, and does.
        (String(repeating: "word ", count: 900), String(repeating: "word ", count: 799) + "word…"),
        // Here it would end at 4,000, where the ellipsis has to be.
        ("x" + String(repeating: "word ", count: 900), "x" + String(repeating: "word ", count: 798) + "word…"),
        (String(repeating: "ab\n", count: 2_000), String(repeating: "ab\n", count: 1_332) + "ab…"),
    ]

    @Test("characters of many code points count once, and are not taken apart")
    func characters() {
        let family = "👩\u{200D}👩\u{200D}👧\u{200D}👧"
        let text = ReplyText("<p>" + String(repeating: family, count: 5_000) + "</p>").text
        #expect(text.count <= Self.limit)
        #expect(text.dropLast().allSatisfy { String($0) == family })
        #expect(text.last == "…")
        let tower = ReplyText("<p>e" + String(repeating: "\u{301}", count: 200_000) + "</p>").text
        #expect(tower.utf8.count <= Self.limit * 16 + 4)
    }

    @Test("of elements nested too deeply nothing is said, however many there are")
    func depth() {
        let megabyte = String(repeating: "<div>", count: 200_000)
        #expect(ReplyText("<p>before</p>\(megabyte)deep").text == "before")
        let nested = String(repeating: "<div>", count: 200)
        #expect(ReplyText("<p>before</p>\(nested)deep").text == "before\ndeep")
        // An end tag without a beginning is looked for among all that are open.
        #expect(
            ReplyText(String(repeating: "<b>", count: 160_000) + String(repeating: "</i>", count: 80_000)).text == ""
        )
    }

    @Test("what a parser may choke on is got through", arguments: monsters.indices)
    func chokers(number: Int) {
        let text = ReplyText("<p>before</p>" + Self.monsters[number]).text
        #expect(text.hasPrefix("before"))
        #expect(text.count <= Self.limit)
    }

    private static let monsters: [String] = [
        "<a " + (0..<60_000).map { "a\($0)" }.joined(separator: " ") + ">",
        "<a " + (0..<30_000).map { "a\($0)=\"\"" }.joined() + ">",
        String(repeating: "<!--", count: 50_000), String(repeating: "<![if ", count: 30_000),
        String(repeating: "<a href=\"", count: 20_000), String(repeating: "&", count: 150_000),
        String(repeating: "<", count: 150_000), String(repeating: "<script>", count: 25_000),
        String(repeating: "</p>", count: 50_000), String(repeating: "<p>", count: 40_000),
        String(repeating: "<table><tr><td>", count: 60_000), String(repeating: "<ul><li>", count: 20_000),
        String(repeating: "&#x", count: 40_000), String(repeating: "\u{0}", count: 150_000),
    ]

    @Test("a thousand words in a row are words")
    func words() {
        let text = String(repeating: "a ", count: 1_999) + "b"
        #expect(ReplyText(text).text == text)
        #expect(ReplyText("<p>\(text)</p>").text == text)
    }

    @Test("damaged HTML never brings the process down, nor shows its styles")
    func damage() {
        var random = SplitMix(seed: 20_261_122)
        var shown = 0
        for round in 0..<3_000 {
            var bytes = Self.victims[round % Self.victims.count]
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let position = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: bytes[position] = Array("<>&;\"'-!/ \u{0}".utf8).randomElement(using: &random) ?? 0
                case 2: bytes.remove(at: position)
                case 3: bytes.insert(contentsOf: bytes[..<position].suffix(20), at: position)
                default: bytes.removeSubrange(position..<min(bytes.count, position + 12))
                }
            }
            let text = ReplyText(String(decoding: bytes, as: UTF8.self)).text
            #expect(text.count <= bytes.count)
            if text.contains("away") { shown += 1 }
        }
        // Most damage is survived, some is not: both must have been tried.
        #expect(shown > 1_500 && shown < 3_000)
    }

    @Test("what is in the middle of a style sheet or a script is never shown, whatever is damaged around the text")
    func unseen() {
        var random = SplitMix(seed: 42)
        let head = "<html><head><style><!-- p.x {secret:1} --></style><script>secret(\"<p>\")</script></head><body>"
        let body = Array(
            "<div class=x><p>I am <b>away</b> &amp; back <a href='x'>soon</a><br><ul><li>one</ul></div>".utf8
        )
        for _ in 0..<1_000 {
            var bytes = body
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let position = Int.random(in: 0..<bytes.count, using: &random)
                bytes[position] = UInt8.random(in: 0...255, using: &random)
            }
            let text = ReplyText(head + String(decoding: bytes, as: UTF8.self)).text
            #expect(!text.contains("secret") && !text.contains("<style") && !text.contains("p.x"))
        }
    }

    private static let victims: [[UInt8]] = [
        Array("<ul><li>away &amp; B<table><tr><td>c</td><td>d</td></tr></table><script>x</script></ul>".utf8),
        Array(
            "<!--[if mso]><p>x</p><![endif]--><p class=a>I am <b>away&nbsp;</b><![if !x]><i>now</i><![endif]></p>".utf8
        ),
        Array("<style>p { color: red }</style><div>away<br><img alt='Ünïcödé 😀'><ol start=3><li>x</ol>".utf8),
        Array("away until 5 < 6 & <anna@example.com> 👩\u{200D}👧\r\n· bye".utf8),
    ]
}
