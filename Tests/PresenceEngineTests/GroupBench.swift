import Availability
import Foundation
import PresenceEngine
import TestSupport
import Testing

/// A group of three, answered by hand; ids are the mailbox's first letter and how often it was subscribed to.
final class GroupBench {
    static let anna = address("anna")
    static let bert = address("bert")
    static let cora = address("cora")

    var group: SubscriptionGroup
    var now = EngineBench.monday
    private var made: [MailboxAddress: Int] = [:]
    private var madeAt: [MailboxAddress: Date] = [:]

    init(_ method: NotificationMethod, tempo: SubscriptionTempo = SubscriptionTempo()) {
        group = SubscriptionGroup(0, mailboxes: [Self.cora, Self.anna, Self.bert], method: method, tempo: tempo)
    }

    /// All three subscribed to, and with `streaming` the channel carrying.
    static func running(_ method: NotificationMethod, tempo: SubscriptionTempo = SubscriptionTempo()) -> GroupBench {
        let bench = GroupBench(method, tempo: tempo)
        _ = bench.advance()
        for mailbox in [anna, bert, cora] { _ = bench.grant(mailbox, jitter: 0.5) }
        if method == .streaming { _ = bench.carried() }
        return bench
    }

    /// The server grants what was asked for.
    func grant(
        _ mailbox: MailboxAddress,
        by method: NotificationMethod? = nil,
        jitter: Double = 0
    ) -> [SubscriptionGroup.Action] {
        made[mailbox, default: 0] += 1
        madeAt[mailbox] = now
        let subscription = subscription(of: mailbox, by: method)
        return group.answered(mailbox, .subscribed(subscription), at: now, jitter: jitter)
    }

    // What else happens to the group, now and without jitter.

    func advance() -> [SubscriptionGroup.Action] { group.advance(at: now) }

    func answered(_ mailbox: MailboxAddress, _ answer: SubscriptionAnswer) -> [SubscriptionGroup.Action] {
        group.answered(mailbox, answer, at: now, jitter: 0)
    }

    func withdrawn(_ mailbox: MailboxAddress) -> [SubscriptionGroup.Action] { group.withdrawn(mailbox, at: now) }

    func lost(_ ids: String...) -> [SubscriptionGroup.Action] { group.lost(ids, at: now, jitter: 0) }

    func carried() -> [SubscriptionGroup.Action] { group.carried(at: now) }

    func closed() -> [SubscriptionGroup.Action] { group.closed(at: now, jitter: 0) }

    func broke(_ retry: RetryAdvice = .later, jitter: Double = 0) -> [SubscriptionGroup.Action] {
        group.broke(retry: retry, at: now, jitter: jitter)
    }

    func use(_ method: NotificationMethod) -> [SubscriptionGroup.Action] { group.use(method, at: now) }

    func join(_ mailboxes: MailboxAddress...) -> [SubscriptionGroup.Action] { group.join(mailboxes, at: now) }

    func leave(_ mailboxes: MailboxAddress...) -> [SubscriptionGroup.Action] { group.leave(Set(mailboxes), at: now) }

    func polled(_ subscription: Subscription, _ answer: PollAnswer) -> [SubscriptionGroup.Action] {
        group.polled(subscription, answer, at: now, jitter: 0)
    }

    func arrived(_ call: PushArrival) -> [SubscriptionGroup.Action] { group.arrived(call, at: now, jitter: 0) }

    /// The newest subscription of `mailbox`.
    func subscription(of mailbox: MailboxAddress, by method: NotificationMethod? = nil) -> Subscription {
        let id = "\(mailbox.text.prefix(1))\(made[mailbox, default: 0])"
        return Subscription(
            mailbox: mailbox,
            id: id,
            method: method ?? group.method,
            route: NotificationRoute(anchor: Self.anna, affinity: "back end"),
            callbackToken: (method ?? group.method) == .push ? "token \(id)" : nil,
            createdAt: madeAt[mailbox] ?? now
        )
    }

    func wait(_ seconds: TimeInterval) -> [SubscriptionGroup.Action] {
        now += seconds
        return group.advance(at: now)
    }

    private static func address(_ name: String) -> MailboxAddress {
        guard let address = MailboxAddress("\(name)@example.com") else { preconditionFailure("no address: \(name)") }
        return address
    }
}

extension [SubscriptionGroup.Action] {
    /// Who is to be subscribed to.
    var asked: [MailboxAddress] {
        compactMap { if case .subscribe(let mailbox, _, _) = $0 { mailbox } else { nil } }
    }

    /// The ids with which a channel is to be opened, of each that is.
    var opened: [[String]] {
        compactMap { action -> [String]? in
            guard case .open(let subscriptions, _) = action else { return nil }
            return subscriptions.map(\.id)
        }
    }

    /// Who is to be read.
    var read: [MailboxAddress] {
        flatMap { action -> [MailboxAddress] in
            guard case .read(let mailboxes) = action else { return [] }
            return mailboxes
        }
    }

    /// The ids that are to be asked for changes.
    var polled: [String] {
        compactMap { if case .poll(let subscription) = $0 { subscription.id } else { nil } }
    }

    /// The ids that are to be ended.
    var ended: [String] {
        compactMap { if case .unsubscribe(let subscription) = $0 { subscription.id } else { nil } }
    }
}
