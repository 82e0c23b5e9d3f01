import Availability
import Foundation
import PresenceEngine
import TestSupport
import Testing

private let (anna, bert, cora) = (GroupBench.anna, GroupBench.bert, GroupBench.cora)

@Suite("A group that asks or is called")
struct AskingGroupTests {
    @Test("whoever is subscribed to by pull is read, and asked for at first within the interval, spread over it")
    func spread() {
        let bench = GroupBench(.pull, tempo: SubscriptionTempo(pollInterval: 60))
        _ = bench.advance()
        #expect(bench.grant(anna, jitter: 0.25).read == [anna])
        #expect(bench.grant(bert, jitter: 0.75).read == [bert])
        #expect(bench.grant(cora, jitter: 0.5).read == [cora])
        #expect(bench.group.isTelling(of: anna))
        #expect(bench.group.nextDeadline == bench.now + 15)
        #expect(bench.wait(15).polled == ["a1"])
        #expect(bench.wait(14).isEmpty)
        #expect(bench.wait(1).polled == ["c1"])
        #expect(bench.wait(15).polled == ["b1"])
    }

    @Test("it is asked for once at a time, then an interval after the answer; a change is read")
    func polled() {
        let bench = GroupBench.running(.pull)
        #expect(bench.wait(30).polled == ["a1", "b1", "c1"])
        #expect(bench.wait(100).isEmpty)
        #expect(bench.group.nextDeadline == nil)
        let answer = PollAnswer.answered(isChanged: true, watermark: "w2", hasMore: false)
        let actions = bench.polled(bench.subscription(of: bert), answer)
        #expect(actions == [.read([bert])])
        #expect(bench.group.nextDeadline == bench.now + 60)
        guard case .poll(let next)? = bench.wait(60).first else {
            Issue.record("it is not asked again")
            return
        }
        #expect(next.watermark == "w2")
    }

    @Test("where there is more it is asked again at once, from the new watermark")
    func hasMore() {
        let bench = GroupBench.running(.pull)
        _ = bench.wait(30)
        let answer = PollAnswer.answered(isChanged: true, watermark: "w2", hasMore: true)
        let actions = bench.polled(bench.subscription(of: anna), answer)
        #expect(actions.read == [anna])
        #expect(actions.polled == ["a1"])
        #expect(bench.group.subscriptions.first?.watermark == "w2")
    }

    @Test("a watermark that the server does not tell leaves the last one")
    func noWatermark() {
        let bench = GroupBench.running(.pull)
        for watermark in ["w2", nil] {
            _ = bench.wait(60)
            let answer = PollAnswer.answered(isChanged: false, watermark: watermark, hasMore: false)
            #expect(bench.polled(bench.subscription(of: anna), answer).isEmpty)
            #expect(bench.group.subscriptions.first?.watermark == "w2")
        }
    }

    @Test("what is lost is subscribed to anew and read; the answer to an old subscription says nothing")
    func lost() {
        let bench = GroupBench.running(.pull)
        _ = bench.wait(30)
        let old = bench.subscription(of: bert)
        #expect(bench.polled(old, .lost).asked == [bert])
        #expect(bench.grant(bert).read == [bert])
        #expect(bench.polled(old, .lost).isEmpty)
        #expect(bench.group.counts.active == 3)
    }

    @Test("neither does one whose id was given to the same mailbox anew")
    func lostLate() {
        let bench = GroupBench.running(.pull)
        _ = bench.wait(30)
        let old = bench.subscription(of: bert)
        _ = bench.lost(old.id)
        var new = old
        new.createdAt = bench.now
        _ = bench.answered(bert, .subscribed(new))
        #expect(bench.polled(old, .lost).isEmpty)
        #expect(bench.group.subscriptions.contains(new))
        _ = bench.wait(60)
        #expect(bench.polled(new, .lost).asked == [] && bench.group.counts.failed == 1)
    }

    @Test("a server that does not call for the limit is asked anew, and what it promised is ended")
    func silence() {
        let bench = GroupBench.running(.push, tempo: SubscriptionTempo(pushSilence: 600))
        #expect(bench.group.nextDeadline == bench.now + 600)
        #expect(bench.wait(599).isEmpty)
        let anna1 = bench.group.subscriptions[0]
        let call = PushArrival(mailbox: anna, callbackToken: "token a1", news: .alive)
        #expect(bench.arrived(call).isEmpty)
        let actions = bench.wait(1)
        #expect(actions.ended == ["b1", "c1"])
        #expect(actions.contains(.noteSilence(bert)) && actions.contains(.noteSilence(cora)))
        #expect(actions.asked == [bert, cora])
        #expect(bench.grant(bert).read == [bert])
        #expect(bench.group.subscriptions.contains(anna1))
    }

    @Test("a call tells of a change or a loss; one with another token, or of another mailbox, is ignored")
    func calls() {
        let bench = GroupBench.running(.push)
        let cases: [(MailboxAddress, String, PushArrival.News, read: [MailboxAddress], asked: [MailboxAddress])] = [
            (bert, "token b1", .changed, [bert], []),
            (bert, "token b1", .alive, [], []),
            (bert, "token c1", .changed, [], []),
            (bert, "token b0", .lost, [], []),
            (bert, "token b1", .lost, [], [bert]),
            (bert, "token b1", .lost, [], []),
        ]
        for (mailbox, token, news, read, asked) in cases {
            let call = PushArrival(mailbox: mailbox, callbackToken: token, news: news)
            let actions = bench.arrived(call)
            #expect(actions.read == read, "\(token) \(news)")
            #expect(actions.asked == asked, "\(token) \(news)")
        }
    }
}
