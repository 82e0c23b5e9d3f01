import Availability
import Foundation
import PresenceEngine
import TestSupport
import Testing

@Suite("Whether a server's hints can be trusted")
struct ReplyTrustTests {
    private static let now = time("2026-11-23T08:00:00Z")
    private static let diagnosis = Diagnosis(id: "server.fault", summary: "No.", remedy: "Wait.")
    private static let active = ReplyHint.active(ReplySign(text: "Away"))

    private static func refusal(_ retry: RetryAdvice) -> SourceFailure {
        SourceFailure(diagnosis, retry: retry, isOfRequest: true)
    }

    @Test("nothing is proven at first, and one reply seen alike proves it, once")
    func proof() {
        var trust = ReplyTrust()
        #expect(trust.verdict == .unproven)
        #expect(trust.confirmed() == true)
        #expect(trust.verdict == .trusted)
        #expect(trust.confirmed() == false)
    }

    @Test(
        "a server that says nothing of anybody is not asked for a day; one that is silent of some is",
        arguments: [
            ([[ReplyHint.untold, .untold]], true), ([[.untold, .inactive]], false), ([[active, .untold]], false),
            ([[.inactive], [.untold]], false), ([[.pending], [.untold]], true), ([[.pending, .pending]], false),
            ([[]], false),
        ] as [([[ReplyHint]], Bool)]
    )
    func untold(answers: [[ReplyHint]], isDistrusted: Bool) {
        var trust = ReplyTrust()
        let changes = answers.map { trust.answered($0, at: Self.now) }
        #expect(changes.last == isDistrusted)
        #expect(trust.retryAt == (isDistrusted ? Self.now + 86_400 : nil))
        #expect(trust.verdict == (isDistrusted ? .distrusted(until: Self.now + 86_400, .untold) : .unproven))
    }

    @Test("hints that were wrong end the trust, and are tried again a day later, unproven")
    func contradiction() throws {
        let mailbox = try #require(MailboxAddress("anna@example.com"))
        var trust = ReplyTrust()
        _ = trust.confirmed()
        #expect(trust.contradicted(by: mailbox, at: Self.now) == true)
        #expect(trust.verdict == .distrusted(until: Self.now + 86_400, .wrong(mailbox)))
        #expect(trust.contradicted(by: mailbox, at: Self.now + 3_600) == false)
        #expect(trust.confirmed() == false)
        #expect(trust.tryAgain(at: Self.now + 86_399) == false)
        #expect(trust.tryAgain(at: Self.now + 86_400) == true)
        #expect(trust.verdict == .unproven)
    }

    @Test("five refusals in a row are enough, an answer in between starts the count anew")
    func refusals() {
        var trust = ReplyTrust()
        for _ in 0..<4 { #expect(trust.refused(Self.refusal(.later), at: Self.now) == false) }
        #expect(trust.answered([.inactive], at: Self.now) == false)
        for _ in 0..<4 { #expect(trust.refused(Self.refusal(.later), at: Self.now) == false) }
        #expect(trust.refused(Self.refusal(.later), at: Self.now) == true)
        #expect(trust.verdict == .distrusted(until: Self.now + 86_400, .refused(Self.diagnosis)))
    }

    @Test("a refusal for good is enough by itself")
    func refusalForGood() {
        var trust = ReplyTrust(pause: 60)
        #expect(trust.refused(Self.refusal(.never), at: Self.now) == true)
        #expect(trust.retryAt == Self.now + 60)
    }
}
