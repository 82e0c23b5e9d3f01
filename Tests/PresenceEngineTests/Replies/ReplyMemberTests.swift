import Availability
import Foundation
import TestSupport
import Testing

@testable import PresenceEngine

@Suite("One mailbox's automatic reply, hinted at and read")
struct ReplyMemberTests {
    private static let noon = time("2026-11-23T12:00:00Z")
    private static let tempo = ReplyTempo()
    private static let disabled = AutomaticReply(state: .disabled, internalText: "Away")
    private static let enabled = AutomaticReply(state: .enabled, internalText: "Away", externalText: "Closed")
    private static let wordless = AutomaticReply(state: .enabled)
    private static let holidays = TimeWindow(start: noon - 86_400, end: noon + 86_400)
    private static let scheduled = AutomaticReply(state: .scheduled, duration: holidays, internalText: "Away")
    private static let later = AutomaticReply(
        state: .scheduled,
        duration: TimeWindow(start: noon + 3_600, end: noon + 7_200),
        internalText: "Away"
    )

    private static func active(_ text: String, _ duration: TimeWindow? = nil) -> ReplyHint {
        .active(ReplySign(text: text, duration: duration))
    }

    private static func member(_ reply: AutomaticReply?) -> ReplyMember {
        var member = ReplyMember(askedAt: noon)
        if let reply { member.recall(reply) }
        return member
    }

    @Test(
        "the first hint has a mailbox read where it is at odds with what is stored",
        arguments: [
            (nil, ReplyHint.inactive, false), (nil, active("Away"), true),
            (disabled, .inactive, false), (disabled, active("Away"), true),
            (enabled, active("Away"), false), (enabled, active("Closed"), false), (enabled, active("A new one"), true),
            (enabled, active("Away", holidays), false), (enabled, .inactive, true),
            (enabled, .pending, false), (enabled, .untold, false),
            (scheduled, active("Away", holidays), false), (scheduled, active("Away"), false),
            (scheduled, active("Away", TimeWindow(start: noon - 86_400, end: noon + 3_600)), true),
            (later, .inactive, false), (later, active("Away"), true),
        ] as [(AutomaticReply?, ReplyHint, Bool)]
    )
    func firstHint(stored: AutomaticReply?, hint: ReplyHint, isRead: Bool) {
        var member = Self.member(stored)
        #expect(member.hinted(hint, at: Self.noon, lag: 60) == isRead)
    }

    @Test("a hint that a reading has looked into is not looked into again, another one is")
    func explained() {
        var member = Self.member(Self.enabled)
        let cut = Self.active("Aw")
        #expect(member.hinted(cut, at: Self.noon, lag: 60) == true)
        #expect(member.read(Self.enabled, at: Self.noon + 1, tempo: Self.tempo) == .alike)
        #expect(member.hinted(cut, at: Self.noon + 60, lag: 60) == false)
        #expect(member.hinted(Self.active("Another"), at: Self.noon + 120, lag: 60) == true)
    }

    @Test("a mailbox stays to be read until it was")
    func marked() {
        var member = Self.member(Self.disabled)
        #expect(member.hinted(Self.active("Away"), at: Self.noon, lag: 60) == true)
        #expect(member.hinted(Self.active("Away"), at: Self.noon + 60, lag: 60) == true)
        _ = member.read(Self.enabled, at: Self.noon + 61, tempo: Self.tempo)
        #expect(member.hinted(Self.active("Away"), at: Self.noon + 120, lag: 60) == false)
    }

    @Test("a hint that is another every time is heard three times in vain, and again after a change")
    func fickle() {
        var member = Self.member(Self.enabled)
        for turn in 0..<3 {
            let now = Self.noon + Double(turn) * 60
            #expect(member.hinted(Self.active("\(turn)"), at: now, lag: 60) == true)
            _ = member.read(Self.enabled, at: now + 1, tempo: Self.tempo)
        }
        #expect(member.hinted(Self.active("4"), at: Self.noon + 240, lag: 60) == false)
        _ = member.read(Self.scheduled, at: Self.noon + 300, tempo: Self.tempo)
        #expect(member.hinted(Self.active("5"), at: Self.noon + 360, lag: 60) == true)
    }

    @Test(
        "a hint tells the next change only where it tells what is",
        arguments: [
            (disabled, ReplyHint.inactive, true), (enabled, active("Away"), true), (enabled, active("Other"), true),
            (wordless, .inactive, false), (disabled, active("Away"), false), (enabled, .pending, false),
            (enabled, .untold, false), (scheduled, active("Away"), true), (later, .inactive, true),
        ] as [(AutomaticReply, ReplyHint, Bool)]
    )
    func covered(reply: AutomaticReply, hint: ReplyHint, isCovered: Bool) {
        var member = Self.member(nil)
        #expect(!member.isCovered(at: Self.noon))
        _ = member.read(reply, at: Self.noon, tempo: Self.tempo)
        _ = member.hinted(hint, at: Self.noon, lag: 60)
        #expect(member.isCovered(at: Self.noon) == isCovered)
    }

    @Test(
        "hint and reading prove something only close together, of a reply with words, away from its ends",
        arguments: [
            (active("Away"), enabled, 1, ReplyMember.Proof.alike), (active("Other"), enabled, 1, .alike),
            (active("Away"), enabled, 120, .alike), (active("Away"), enabled, 121, .nothing),
            (active("Away"), disabled, 1, .nothing), (.inactive, disabled, 1, .nothing),
            (.inactive, wordless, 1, .nothing), (.pending, enabled, 1, .nothing),
            (active("Away"), scheduled, 1, .alike), (active("Away"), later, 1, .nothing),
            (
                active("Away"),
                AutomaticReply(
                    state: .scheduled,
                    duration: TimeWindow(start: noon - 299, end: noon + 86_400),
                    internalText: "Away"
                ), 1, .nothing
            ),
        ] as [(ReplyHint, AutomaticReply, TimeInterval, ReplyMember.Proof)]
    )
    func proofs(hint: ReplyHint, reply: AutomaticReply, age: TimeInterval, proof: ReplyMember.Proof) {
        var member = Self.member(nil)
        _ = member.hinted(hint, at: Self.noon, lag: 60)
        #expect(member.read(reply, at: Self.noon + age, tempo: Self.tempo) == proof)
    }

    @Test("hints are wrong where a second one, a minute later, still denies what is read before and after it")
    func contradiction() {
        var member = Self.member(nil)
        _ = member.hinted(.inactive, at: Self.noon, lag: 60)
        #expect(member.read(Self.enabled, at: Self.noon + 1, tempo: Self.tempo) == .nothing)
        // Too early: the server may be slow to notice.
        #expect(member.hinted(.inactive, at: Self.noon + 60, lag: 60) == false)
        #expect(member.read(Self.enabled, at: Self.noon + 60.5, tempo: Self.tempo) == .nothing)
        #expect(member.hinted(.inactive, at: Self.noon + 61, lag: 60) == true)
        #expect(member.read(Self.enabled, at: Self.noon + 62, tempo: Self.tempo) == .contradiction)
    }

    @Test(
        "a race proves nothing: the owner was quicker than hint or reading",
        arguments: [(active("Away"), enabled), (.inactive, disabled)] as [(ReplyHint, AutomaticReply)]
    )
    func race(second: ReplyHint, truth: AutomaticReply) {
        var member = Self.member(nil)
        _ = member.hinted(.inactive, at: Self.noon, lag: 60)
        _ = member.read(Self.enabled, at: Self.noon + 1, tempo: Self.tempo)
        _ = member.hinted(second, at: Self.noon + 90, lag: 60)
        #expect(member.read(truth, at: Self.noon + 91, tempo: Self.tempo) != .contradiction)
        // And the suspicion is gone: it takes two more.
        _ = member.hinted(.inactive, at: Self.noon + 200, lag: 60)
        #expect(member.read(Self.enabled, at: Self.noon + 201, tempo: Self.tempo) == .nothing)
    }
}
