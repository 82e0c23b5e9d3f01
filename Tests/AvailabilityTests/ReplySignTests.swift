import Availability
import TestSupport
import Testing

@Suite("What tells one automatic reply from another")
struct ReplySignTests {
    private static let long = String(repeating: "Back on Monday. ", count: 40)

    @Test(
        "the opening counts, white space does not",
        arguments: [
            ("Away", "Away", true), ("Away", "away", false), ("Away until Monday", " Away\r\nuntil  Monday ", true),
            ("", "\n \u{A0}", true), ("", "Away", false), (long, long + "And longer.", true),
            (long, "Not " + long, false), ("Ärger", "A\u{308}rger", false),
        ]
    )
    func text(one: String, other: String, isSame: Bool) {
        #expect((ReplySign(text: one) == ReplySign(text: other)) == isSame)
    }

    /// The published value of FNV-1a with 64 bits for this letter (draft-eastlake-fnv).
    @Test("the mark is the same at every start, and 0 for no words")
    func mark() {
        #expect(ReplySign.mark(of: "") == 0)
        #expect(ReplySign.mark(of: "a") == 0xAF63_DC4C_8601_EC8C)
    }

    @Test("another time is another reply")
    func duration() {
        let days = TimeWindow(start: time("2026-12-21T08:00:00Z"), end: time("2027-01-04T07:00:00Z"))
        #expect(ReplySign(text: "Away", duration: days) != ReplySign(text: "Away"))
    }
}
