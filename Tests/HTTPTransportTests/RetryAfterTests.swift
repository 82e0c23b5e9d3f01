import Foundation
import HTTPTransport
import TestSupport
import Testing

@Suite("How long a server wants to be left alone")
struct RetryAfterTests {
    private let now = time("2026-11-23T08:00:00Z")

    @Test(
        "in seconds or by a date, up to a day",
        arguments: [
            ("120", 120), ("0", 0), ("86400", 86_400), ("Mon, 23 Nov 2026 08:02:00 GMT", 120),
            ("Tue, 24 Nov 2026 08:00:00 GMT", 86_400), ("Mon, 23 Nov 2026 07:00:00 GMT", 0),
        ] as [(String, Double)]
    )
    func told(text: String, seconds: Double) {
        #expect(HTTPHeaders(dictionaryLiteral: ("retry-after", text)).retryAfter(at: now) == seconds)
    }

    @Test(
        "is not taken where it is longer, or neither",
        arguments: [
            "", "86401", "-1", "1.5", "1e3", "soon", "99999999999999999999999", "Tue, 24 Nov 2026 08:00:01 GMT", "inf",
        ]
    )
    func notTaken(text: String) {
        #expect(HTTPHeaders(dictionaryLiteral: ("Retry-After", text)).retryAfter(at: now) == nil)
    }

    @Test("is not there")
    func missing() {
        #expect(HTTPHeaders().retryAfter(at: now) == nil)
    }
}
