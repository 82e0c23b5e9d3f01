import Availability
import Foundation
import PresenceEngine
import TestSupport
import Testing

private let noAccess = MailboxFailure(.noAccess, retry: .later)
private let (anna, bert, cora) = (GroupBench.anna, GroupBench.bert, GroupBench.cora)

@Suite("A group that streams")
struct SubscriptionGroupTests {
    @Test("the first by alphabet goes ahead alone, for the route; the others follow on it")
    func firstGoesAhead() {
        let bench = GroupBench(.streaming)
        let first = bench.advance()
        #expect(first == [.subscribe(anna, .streaming, NotificationRoute(anchor: anna))])
        #expect(bench.advance().isEmpty)
        let route = NotificationRoute(anchor: anna, affinity: "back end")
        let others = bench.grant(anna)
        #expect(others == [.subscribe(bert, .streaming, route), .subscribe(cora, .streaming, route)])
        #expect(bench.group.counts == SubscriptionCounts(active: 0, pending: 3))
    }

    @Test("a subscription counts as active while its channel carries")
    func counted() {
        let bench = GroupBench.running(.streaming)
        #expect(bench.group.counts == SubscriptionCounts(active: 3))
        _ = bench.broke()
        #expect(bench.group.counts == SubscriptionCounts(pending: 3))
        _ = bench.wait(1)
        _ = bench.carried()
        #expect(bench.group.counts == SubscriptionCounts(active: 3))
    }

    @Test("a server that tells no route is asked for the others all the same")
    func noRoute() {
        let bench = GroupBench(.streaming)
        _ = bench.advance()
        var subscription = bench.subscription(of: anna)
        subscription.route.affinity = nil
        let others = bench.answered(anna, .subscribed(subscription))
        #expect(others.asked == [bert, cora])
    }

    @Test("the channel is opened once, when nobody is on the way any more, and everybody is read when it carries")
    func order() {
        let bench = GroupBench(.streaming)
        _ = bench.advance()
        #expect(bench.grant(anna).read.isEmpty)
        #expect(bench.grant(bert).isEmpty)
        let actions = bench.grant(cora)
        #expect(actions.count == 1)
        #expect(actions.opened == [["a1", "b1", "c1"]])
        #expect(bench.group.isTelling(of: anna) == false)
        #expect(bench.advance().isEmpty)
        #expect(bench.carried() == [.read([anna, bert, cora])])
        #expect(bench.carried().isEmpty)
        #expect(bench.group.isTelling(of: anna))
        #expect(bench.group.nextDeadline == nil)
    }

    @Test("one that is lost is subscribed to anew on the same route, then one channel is opened for all")
    func lostOne() {
        let bench = GroupBench.running(.streaming)
        let actions = bench.lost("b1")
        #expect(actions == [.subscribe(bert, .streaming, NotificationRoute(anchor: anna, affinity: "back end"))])
        #expect(bench.group.isTelling(of: bert) == false)
        #expect(bench.group.isTelling(of: anna))
        #expect(bench.grant(bert).opened == [["a1", "b2", "c1"]])
        #expect(bench.carried().read == [anna, bert, cora])
    }

    @Test("several that are lost together make one opening, however many answers follow")
    func oneOpening() {
        let bench = GroupBench.running(.streaming)
        #expect(bench.lost("b1", "c1").asked == [bert, cora])
        #expect(bench.grant(bert).isEmpty)
        #expect(bench.grant(cora).opened == [["a1", "b2", "c2"]])
        #expect(bench.advance().isEmpty)
    }

    @Test("when all are lost the route is forgotten: one goes ahead again, without it")
    func lostAll() {
        let bench = GroupBench.running(.streaming)
        let actions = bench.lost("a1", "b1", "c1")
        #expect(actions == [.subscribe(anna, .streaming, NotificationRoute(anchor: anna))])
        #expect(bench.grant(anna).asked == [bert, cora])
        _ = bench.grant(bert)
        #expect(bench.grant(cora).opened == [["a2", "b2", "c2"]])
    }

    @Test("an id that comes back from a server that started over is not taken for one that the channel carries")
    func sameIDAgain() {
        for isOpening in [true, false] {
            let bench = GroupBench.running(.streaming)
            if isOpening { _ = bench.broke() }
            if isOpening { #expect(bench.wait(2).opened.count == 1) }
            _ = bench.lost("b1")
            var again = bench.subscription(of: bert)
            again.createdAt = bench.now
            let actions = bench.answered(bert, .subscribed(again))
            #expect(actions.opened == [["a1", "b1", "c1"]], "opening: \(isOpening)")
        }
    }

    @Test("ids that are not in use change nothing")
    func strangeIDs() {
        let bench = GroupBench.running(.streaming)
        #expect(bench.lost("x", "y").isEmpty)
        #expect(bench.group.counts.active == 3)
    }

    @Test("one that is lost as soon as it was made waits before it is asked for a second time, and is read then")
    func lossyMailbox() {
        let bench = GroupBench.running(.streaming)
        #expect(bench.lost("b1").asked == [bert])
        _ = bench.grant(bert)
        _ = bench.carried()
        #expect(bench.lost("b2").asked.isEmpty)
        #expect(bench.group.counts == SubscriptionCounts(active: 2, failed: 1))
        #expect(bench.group.nextDeadline == bench.now + 2)
        let actions = bench.wait(2)
        #expect(actions.asked == [bert])
        #expect(actions.read == [bert])
    }

    @Test("one that lived long is not held against its mailbox")
    func soundLife() {
        let bench = GroupBench.running(.streaming)
        for round in 1...4 {
            bench.now += 300
            #expect(bench.lost("b\(round)").asked == [bert])
            _ = bench.grant(bert)
        }
    }

    @Test("one that is refused does not hold up the others; it is asked for again at growing distances, and read")
    func refused() {
        let bench = GroupBench(.streaming)
        _ = bench.advance()
        _ = bench.grant(anna)
        #expect(bench.answered(bert, .refused(noAccess)).isEmpty)
        #expect(bench.grant(cora).opened == [["a1", "c1"]])
        _ = bench.carried()
        #expect(bench.group.counts == SubscriptionCounts(active: 2, failed: 1))
        for distance in [900.0, 1_800, 3_600, 7_200, 14_400, 14_400] {
            #expect(bench.group.nextDeadline == bench.now + distance)
            #expect(bench.wait(distance - 1).isEmpty)
            let actions = bench.wait(1)
            #expect(actions.asked == [bert])
            #expect(actions.read == [bert])
            _ = bench.answered(bert, .refused(noAccess))
        }
    }

    @Test("the first being refused, the next goes ahead; one refused for good is not asked for again")
    func refusedForGood() {
        let bench = GroupBench(.streaming)
        _ = bench.advance()
        let failure = MailboxFailure(.noAccess, retry: .never)
        let actions = bench.answered(anna, .refused(failure))
        #expect(actions == [.subscribe(bert, .streaming, NotificationRoute(anchor: bert))])
        #expect(bench.grant(bert).asked == [cora])
        #expect(bench.grant(cora).opened == [["b1", "c1"]])
        #expect(bench.group.nextDeadline == nil)
    }

    @Test("the channel is opened in the name of one who lives: the anchor may have gone since")
    func anchorGone() {
        let bench = GroupBench.running(.streaming)
        _ = bench.lost("a1")
        _ = bench.answered(anna, .refused(noAccess))
        _ = bench.broke()
        let opened = bench.wait(1).compactMap { action -> NotificationRoute? in
            if case .open(_, let route) = action { route } else { nil }
        }
        #expect(opened == [NotificationRoute(anchor: bert, affinity: "back end")])
    }

    @Test("a route by which no channel comes about is not believed in for ever")
    func routeForgotten() {
        let bench = GroupBench.running(.streaming)
        for _ in 0..<4 {
            #expect(bench.group.route.affinity == "back end")
            _ = bench.broke()
            _ = bench.wait(300)
        }
        _ = bench.broke()
        #expect(bench.group.route.affinity == nil)
    }

    @Test("a channel that is closed in order after a sound life is opened again at once, and everybody is read")
    func closed() {
        let bench = GroupBench.running(.streaming)
        bench.now += 1_800
        #expect(bench.closed().opened == [["a1", "b1", "c1"]])
        #expect(bench.carried().read == [anna, bert, cora])
    }

    @Test("a channel that is closed as soon as it was opened counts as broken", arguments: [true, false])
    func closedEarly(_ carries: Bool) {
        let bench = GroupBench.running(.streaming)
        if !carries {
            _ = bench.broke(.after(1))
            _ = bench.wait(1)
        }
        #expect(bench.closed().opened.isEmpty)
        #expect(bench.group.nextDeadline.map { $0 > bench.now } == true)
    }

    @Test("a channel that breaks is opened again at growing distances up to five minutes, spread, until it lives")
    func broke() {
        let bench = GroupBench.running(.streaming)
        for distance in [1.0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            // From the second time on nothing tells of changes for so long that the group is read.
            #expect(bench.broke().read == (distance == 1 ? [] : [anna, bert, cora]))
            #expect(bench.group.nextDeadline == bench.now + distance)
            #expect(bench.group.isTelling(of: anna) == false)
            #expect(bench.wait(distance).opened == [["a1", "b1", "c1"]])
        }
        _ = bench.carried()
        bench.now += 300
        _ = bench.broke(jitter: 0.5)
        #expect(bench.group.nextDeadline == bench.now + 1.5)
    }

    @Test("a channel that may not be opened is tried again when the server said, or in five minutes")
    func brokeWithAdvice() {
        for (advice, distance) in [(RetryAdvice.after(40), 40.0), (.never, 300)] {
            let bench = GroupBench.running(.streaming)
            _ = bench.broke(advice)
            #expect(bench.group.nextDeadline == bench.now + distance)
        }
    }

    @Test("when nobody is left the channel is let go of")
    func nobodyLeft() {
        let bench = GroupBench.running(.streaming)
        _ = bench.lost("a1", "b1", "c1")
        var actions: [SubscriptionGroup.Action] = []
        for mailbox in [anna, bert, cora] {
            actions = bench.answered(mailbox, .refused(noAccess))
        }
        #expect(actions == [.close])
    }

    @Test(
        "another method: all are ended and subscribed to anew, one ahead; whoever was just asked for in the old way too"
    )
    func methodChanged() {
        let bench = GroupBench.running(.streaming)
        _ = bench.lost("c1")
        let actions = bench.use(.pull)
        #expect(actions.first == .close)
        #expect(actions.ended == ["a1", "b1"])
        #expect(actions.asked.isEmpty)
        let late = bench.grant(cora, by: .streaming)
        #expect(late.ended == ["c2"])
        #expect(late.asked == [anna])
        #expect(bench.grant(anna).asked == [bert, cora])
    }

    @Test("a request that was not made is made anew, by the method of the moment")
    func withdrawn() {
        let bench = GroupBench(.streaming)
        _ = bench.advance()
        #expect(bench.use(.pull).isEmpty)
        let actions = bench.withdrawn(anna)
        #expect(actions == [.subscribe(anna, .pull, NotificationRoute(anchor: anna))])
        #expect(bench.withdrawn(bert).isEmpty)
    }

    @Test("a method that the server does not know is not asked for again before another was chosen")
    func methodUnknown() {
        let bench = GroupBench(.streaming)
        _ = bench.advance()
        #expect(bench.answered(anna, .methodUnknown(.unknownMethod)).isEmpty)
        #expect(bench.use(.pull).asked == [anna])
    }
}
