import Availability
import Foundation
import PresenceEngine
import TestSupport
import Testing

private let (anna, bert, cora) = (GroupBench.anna, GroupBench.bert, GroupBench.cora)

@Suite("A group whose mailboxes come and go")
struct GroupMembersTests {
    private let dora: MailboxAddress
    private let route = NotificationRoute(anchor: anna, affinity: "back end")

    init() throws {
        dora = try #require(MailboxAddress("dora@example.com"))
    }

    @Test(
        "one that comes is asked for on the known route; the channel is opened once more, with everybody's subscription"
    )
    func joins() {
        let bench = GroupBench.running(.streaming)
        #expect(bench.join(dora) == [.subscribe(dora, .streaming, route)])
        #expect(bench.group.isTelling(of: anna))
        #expect(bench.grant(dora).opened == [["a1", "b1", "c1", "d1"]])
        #expect(bench.carried().read == [anna, bert, cora, dora])
        #expect(bench.group.counts == SubscriptionCounts(active: 4))
    }

    @Test("one that is there already is left alone")
    func joinsTwice() {
        let bench = GroupBench.running(.streaming)
        #expect(bench.join(anna).isEmpty)
    }

    @Test("one that goes is ended, and the others' channel stays", arguments: NotificationMethod.allCases)
    func leaves(_ method: NotificationMethod) {
        let bench = GroupBench.running(method)
        let actions = bench.leave(bert)
        #expect(actions.ended == ["b1"])
        #expect(actions.count == 1)
        #expect(bench.group.isTelling(of: anna) && !bench.group.isTelling(of: bert))
        #expect(bench.group.counts == SubscriptionCounts(active: 2))
    }

    @Test("where the anchor goes, another stands for the group, on the same back end")
    func anchorLeaves() {
        let bench = GroupBench.running(.streaming)
        _ = bench.leave(anna)
        #expect(bench.group.route == NotificationRoute(anchor: bert, affinity: "back end"))
        #expect(bench.lost("c1").asked == [cora])
    }

    @Test("one that goes while the server is asked is ended when the answer comes")
    func leavesWhileAsked() {
        let bench = GroupBench.running(.streaming)
        _ = bench.join(dora)
        #expect(bench.leave(dora).isEmpty)
        #expect(bench.grant(dora).ended == ["d1"])
        #expect(bench.group.counts == SubscriptionCounts(active: 3))
    }

    @Test("one that goes and comes back while the server is asked has one subscription in the end")
    func comesBack() {
        let bench = GroupBench(.pull)
        _ = bench.advance()
        _ = bench.leave(anna)
        _ = bench.join(anna)
        // The route is still unknown: it is asked for once more, or somebody else is.
        _ = bench.grant(anna)
        _ = bench.grant(bert)
        _ = bench.grant(anna)
        _ = bench.grant(cora)
        #expect(bench.group.counts == SubscriptionCounts(active: 3))
        #expect(Set(bench.group.subscriptions.map(\.mailbox)) == [anna, bert, cora])
    }

    @Test("where the one that goes ahead goes, another goes ahead")
    func firstLeaves() {
        let bench = GroupBench(.streaming)
        _ = bench.advance()
        #expect(bench.leave(anna).asked == [bert])
    }

    @Test("when all are gone the channel is let go of, and opened again for whoever comes")
    func emptied() {
        let bench = GroupBench.running(.streaming)
        let actions = bench.leave(anna, bert, cora)
        #expect(Set(actions.ended) == ["a1", "b1", "c1"])
        #expect(actions.contains(.close))
        #expect(bench.group.nextDeadline == nil)
        #expect(bench.join(dora).asked == [dora])
        #expect(bench.grant(dora).opened == [["d1"]])
    }
}
