import Availability
import Foundation
import TestSupport
import Testing

@testable import PresenceEngine

@Suite("Whose turn it is to be read")
struct ReplyRotationTests {
    private static let noon = time("2026-11-23T12:00:00Z")

    private static func mailboxes(_ names: String...) -> [MailboxAddress] {
        names.compactMap { MailboxAddress("\($0)@example.com") }
    }

    @Test("half of the room is for those with a reply, and what one half does not need the other gets")
    func halves() {
        let away = Self.mailboxes("a", "b", "c", "d")
        let here = Self.mailboxes("p", "q", "r", "s")
        var rotation = ReplyRotation()
        for (index, mailbox) in (here + away).enumerated() {
            rotation.set(mailbox, due: Self.noon + Double(index), isReplying: away.contains(mailbox))
        }
        #expect(rotation.earliest == Self.noon)
        #expect(rotation.take(4, at: Self.noon + 9) == Self.mailboxes("a", "b", "p", "q"))
        #expect(rotation.take(3, at: Self.noon + 9) == Self.mailboxes("c", "d", "r"))
        #expect(rotation.take(3, at: Self.noon + 9) == Self.mailboxes("s"))
        #expect(rotation.earliest == nil)
    }

    @Test("only replies to read: they have all the room; nobody before the time")
    func oneSided() {
        var rotation = ReplyRotation()
        for mailbox in Self.mailboxes("a", "b", "c") { rotation.set(mailbox, due: Self.noon, isReplying: true) }
        rotation.set(Self.mailboxes("late")[0], due: Self.noon + 1, isReplying: true)
        #expect(rotation.take(5, at: Self.noon).count == 3)
    }

    @Test("a mailbox waits once, wherever it belongs by now")
    func once() {
        let anna = Self.mailboxes("anna")[0]
        var rotation = ReplyRotation()
        rotation.set(anna, due: Self.noon)
        rotation.set(anna, due: Self.noon + 60, isReplying: true)
        #expect(rotation.take(5, at: Self.noon) == [])
        #expect(rotation.take(5, at: Self.noon + 60) == [anna])
        rotation.set(anna, due: Self.noon)
        rotation.set(anna, due: nil)
        #expect(rotation.take(5, at: Self.noon + 60) == [])
    }

    @Test("a ring gives everybody a turn, and goes on where it was when mailboxes come and go")
    func ring() {
        var ring = MailboxRing()
        #expect(ring.take(2) == [])
        ring.replace(with: Self.mailboxes("c", "a", "b", "d", "e"))
        #expect(ring.take(2) == Self.mailboxes("a", "b"))
        ring.replace(with: Self.mailboxes("a", "b", "d", "e", "f"))
        #expect(ring.take(2) == Self.mailboxes("d", "e"))
        #expect(ring.take(2) == Self.mailboxes("f"))
        #expect(ring.take(9) == Self.mailboxes("a", "b", "d", "e", "f"))
        ring.replace(with: [])
        #expect(ring.take(2) == [])
        #expect(ring.count == 0)
    }
}
