import Availability
import Foundation
import PresenceEngine
import TestSupport
import Testing

@Suite("Who is hinted about and who is read")
struct ReplyWatchTests {
    private static let start = time("2026-11-23T08:00:00Z")
    private static let disabled = AutomaticReply(state: .disabled)
    private static let enabled = AutomaticReply(state: .enabled, internalText: "Away")
    private static let active = ReplyHint.active(ReplySign(text: "Away"))

    private static func mailboxes(_ count: Int) -> [MailboxAddress] {
        (0..<count).compactMap { MailboxAddress("user\($0 + 100_000)@example.com") }
    }

    /// A watch and a server that answers at once, moved from deadline to deadline.
    private struct Life {
        var watch: ReplyWatch
        var now = start
        var hintLimit = 100
        var asked: [(at: Date, mailboxes: [MailboxAddress])] = []
        var reads: [(at: Date, mailboxes: [MailboxAddress])] = []
        var verdicts: [ReplyTrust.Verdict] = []
        var replies: [MailboxAddress: AutomaticReply] = [:]
        var hint: (MailboxAddress, AutomaticReply) -> ReplyHint = { _, reply in
            reply.state == .enabled ? active : .inactive
        }

        init(_ mailboxes: [MailboxAddress], asksForHints: Bool = true, tempo: ReplyTempo = ReplyTempo()) {
            watch = ReplyWatch(tempo: tempo, asksForHints: asksForHints)
            watch.serve(mailboxes, stored: [:], at: now)
        }

        mutating func run(_ seconds: TimeInterval) {
            let end = now + seconds
            while let next = watch.nextDeadline, next <= end {
                now = max(now, next)
                carryOut(watch.advance(at: now, hintLimit: hintLimit))
            }
            now = end
        }

        mutating func read(_ mailboxes: [MailboxAddress]) {
            for mailbox in mailboxes { carryOut(watch.read(mailbox, replies[mailbox] ?? disabled, at: now)) }
        }

        private mutating func carryOut(_ actions: [ReplyWatch.Action]) {
            for action in actions {
                switch action {
                case .hint(let mailboxes):
                    asked.append((now, mailboxes))
                    let hints = mailboxes.map { hint($0, replies[$0] ?? disabled) }
                    carryOut(watch.hinted(mailboxes, hints, at: now))
                case .read(let mailboxes):
                    reads.append((now, mailboxes))
                    read(mailboxes)
                case .tell(let verdict): verdicts.append(verdict)
                }
            }
        }

        /// A life in which somebody is away from the start, so that hints are soon trusted.
        static func trusted(_ count: Int) -> Life {
            let mailboxes = ReplyWatchTests.mailboxes(count)
            var life = Life(mailboxes)
            life.replies[mailboxes[0]] = enabled
            life.read(mailboxes)
            life.run(120)
            life.asked = []
            life.reads = []
            return life
        }
    }

    @Test(
        "each is hinted about once a minute, in requests of one size, evenly spread",
        arguments: [(5, 100, 1, 5), (250, 100, 3, 84), (10_000, 100, 100, 100), (101, 10, 11, 10)]
    )
    func hints(count: Int, limit: Int, requests: Int, largest: Int) {
        var life = Life.trusted(count)
        life.hintLimit = limit
        life.run(60)
        life.asked = []
        life.run(60)
        #expect(abs(life.asked.count - requests) <= 1)
        #expect(life.asked.map(\.mailboxes.count).max() == largest)
        let pauses = zip(life.asked, life.asked.dropFirst()).map { $1.at.timeIntervalSince($0.at) }
        #expect(pauses.allSatisfy { abs($0 - 60 / Double(requests)) < 0.001 })
        #expect(Set(life.asked.flatMap(\.mailboxes)).count >= count - largest)
    }

    @Test("however few a server takes at once, it is asked five times a second at most")
    func manyRequests() {
        var life = Life.trusted(10_000)
        life.hintLimit = 10
        life.run(60)
        #expect(life.asked.count <= 301)
        life.run(240)
        #expect(Set(life.asked.flatMap(\.mailboxes)).count == 10_000)
    }

    @Test("an idle site of 10,000 whose hints can be trusted costs 100 requests a minute, and seven readings")
    func idle() {
        var life = Life.trusted(10_000)
        #expect(life.verdicts == [.trusted])
        life.run(600)
        #expect(abs(life.asked.count - 1_000) <= 1)
        #expect(abs(life.reads.flatMap(\.mailboxes).count - 69) <= 1)
    }

    @Test("where hints can be trusted, everybody is read once a day", arguments: [3, 200])
    func daily(count: Int) {
        var life = Life.trusted(count)
        life.run(86_400)
        let reads = life.reads.flatMap(\.mailboxes)
        #expect(Set(reads).count == count)
        #expect(reads.count == count)
    }

    @Test("whose hint changes is read within the minute, and once")
    func change() {
        var life = Life.trusted(1_000)
        let anna = Self.mailboxes(1_000)[500]
        life.replies[anna] = Self.enabled
        life.run(60)
        #expect(life.reads.flatMap(\.mailboxes).count { $0 == anna } == 1)
        life.run(180)
        #expect(life.reads.flatMap(\.mailboxes).count { $0 == anna } == 1)
        life.replies[anna] = nil
        life.run(60)
        #expect(life.reads.flatMap(\.mailboxes).count { $0 == anna } == 2)
    }

    @Test(
        "without proof everybody is read in rotation: a small site each minute, a large one 300 a minute",
        arguments: [(1, 1), (50, 50), (300, 300), (301, 300), (10_000, 300)]
    )
    func rotation(count: Int, perMinute: Int) {
        var life = Life(Self.mailboxes(count))
        life.run(60)
        life.reads = []
        life.run(600)
        let reads = life.reads.flatMap(\.mailboxes)
        #expect(abs(reads.count - perMinute * 10) <= max(5, perMinute / 10))
        #expect(life.reads.allSatisfy { $0.mailboxes.count <= 5 })
        #expect(Set(reads).count == min(count, reads.count))
        #expect(life.verdicts == [])
    }

    @Test("a source that gives no hints is not asked for any, and its mailboxes are read in rotation")
    func withoutHints() {
        var life = Life(Self.mailboxes(20), asksForHints: false)
        life.run(600)
        #expect(life.asked.isEmpty)
        #expect(life.reads.flatMap(\.mailboxes).count >= 180)
    }

    @Test("in a long rotation those with a reply come round more often")
    func replying() {
        let mailboxes = Self.mailboxes(5_000)
        var life = Life(mailboxes, asksForHints: false)
        for mailbox in mailboxes[..<100] { life.replies[mailbox] = Self.enabled }
        life.read(mailboxes)
        life.run(60)
        life.reads = []
        life.run(120)
        #expect(Set(life.reads.flatMap(\.mailboxes)).isSuperset(of: mailboxes[..<100]))
        #expect(life.reads.flatMap(\.mailboxes).count <= 605)
    }

    @Test("a liar is found out within three minutes, asked no more for a day, and then again")
    func liar() {
        var life = Life(Self.mailboxes(10))
        life.replies[Self.mailboxes(10)[3]] = Self.enabled
        life.hint = { _, _ in .inactive }
        life.run(180)
        guard case .distrusted(let until, .wrong(let mailbox))? = life.verdicts.last else {
            Issue.record("\(life.verdicts)")
            return
        }
        #expect(mailbox == Self.mailboxes(10)[3])
        let before = life.asked.count
        life.run(until.timeIntervalSince(life.now) - 1)
        #expect(life.asked.count == before)
        life.reads = []
        life.run(1)
        #expect(life.verdicts.last == .unproven)
        #expect(life.asked.count == before + 1)
    }

    @Test("who the trusted hints say nothing of, or what is not so, is read in rotation alone")
    func uncovered() {
        var life = Life.trusted(1_000)
        let mailboxes = Self.mailboxes(1_000)
        let silent = Set([mailboxes[10], mailboxes[20], mailboxes[30]])
        life.hint = { mailbox, reply in
            if silent.contains(mailbox) { return mailbox == mailboxes[10] ? .untold : .pending }
            return reply.state == .enabled ? Self.active : .inactive
        }
        life.run(120)
        life.reads = []
        life.run(600)
        let reads = life.reads.flatMap(\.mailboxes)
        for mailbox in silent { #expect((9...11).contains(reads.count { $0 == mailbox })) }
        // The rest is the daily round.
        #expect(reads.count { !silent.contains($0) } <= 8)
        #expect(life.watch.trust.verdict == .trusted)
    }

    @Test("while answers are slow to come, few requests and few readings are under way")
    func backpressure() {
        var watch = ReplyWatch(asksForHints: true)
        let mailboxes = Self.mailboxes(10_000)
        watch.serve(mailboxes, stored: [:], at: Self.start)
        var (hints, reads) = (0, 0)
        for second in 0..<3_600 {
            for action in watch.advance(at: Self.start + Double(second), hintLimit: 100) {
                switch action {
                case .hint: hints += 1
                case .read(let mailboxes): reads += mailboxes.count
                case .tell: Issue.record("nothing was told")
                }
            }
        }
        #expect(hints == 2)
        #expect(reads == 50)
        #expect(watch.nextDeadline == nil)
    }

    @Test("a mailbox that cannot be read waits for the time it has for that, not for its turn")
    func failing() {
        let mailboxes = Self.mailboxes(2)
        var watch = ReplyWatch(asksForHints: false)
        watch.serve(mailboxes, stored: [:], at: Self.start)
        watch.failed(mailboxes[0], at: Self.start)
        #expect(watch.advance(at: Self.start + 60, hintLimit: 100) == [.read([mailboxes[1]])])
        _ = watch.read(mailboxes[0], Self.disabled, at: Self.start + 900)
        #expect(watch.advance(at: Self.start + 960, hintLimit: 100) == [.read([mailboxes[0]])])
    }

    @Test("mailboxes come and go at any time: those that went are left alone, those that came have their turn")
    func coming() {
        let mailboxes = Self.mailboxes(4)
        var life = Life(Array(mailboxes[..<3]))
        life.run(90)
        #expect(life.watch.strangers(in: mailboxes) == [mailboxes[3]])
        life.watch.serve(Array(mailboxes[2...]), stored: [:], at: life.now)
        (life.asked, life.reads) = ([], [])
        life.run(600)
        #expect(Set(life.asked.flatMap(\.mailboxes)) == Set(mailboxes[2...]))
        #expect(Set(life.reads.flatMap(\.mailboxes)) == Set(mailboxes[2...]))
        life.watch.serve([], stored: [:], at: life.now)
        #expect(life.watch.nextDeadline == nil)
        #expect(life.watch.advance(at: life.now + 600, hintLimit: 100) == [])
    }
}
