package import Availability
package import Foundation

/// Up to as many mailboxes as fit into one channel, and what has to be done so that no change of them is missed: takes
/// events, returns actions, knows no clock and no queue. Mailboxes may come and go; what the others have stays.
///
/// Invariants: subscribe first, then read; after any interruption, read again. So a mailbox is read when its
/// subscription begins to tell: with `streaming` when its channel carries, with `pull` and `push` when it is made.
package struct SubscriptionGroup: Sendable {
    /// What is to be done. Each `subscribe`, `poll` and `open` must be answered by one event.
    package enum Action: Hashable, Sendable {
        case subscribe(MailboxAddress, NotificationMethod, NotificationRoute)
        case unsubscribe(Subscription)
        /// Open a channel in place of whatever is open.
        case open([Subscription], NotificationRoute)
        /// Let go of the channel.
        case close
        case poll(Subscription)
        /// The server did not call for too long.
        case noteSilence(MailboxAddress)
        /// These calendars may have changed unseen.
        case read([MailboxAddress])
    }

    /// The one channel of a group that streams.
    enum Channel: Hashable, Sendable {
        case shut(reopenAt: Date)
        case opening(Set<String>)
        /// It carries since then.
        case open(Set<String>, since: Date)

        var ids: Set<String>? {
            switch self {
            case .shut: nil
            case .opening(let ids), .open(let ids, _): ids
            }
        }
    }

    package let number: Int
    package internal(set) var method: NotificationMethod
    package internal(set) var members: [MailboxAddress: GroupMember]
    let tempo: SubscriptionTempo
    package internal(set) var route: NotificationRoute
    /// Whether the server told where the group is looked after, or may have told: until then one mailbox goes ahead.
    var isRouteKnown = false
    var channel = Channel.shut(reopenAt: .distantPast)
    /// Channels that broke in a row.
    var breaks = 0
    /// Subscriptions in a row that the server did not know when it was asked.
    var strangers = 0
    /// Attempts at a mailbox that failed in a row.
    var attempts: [MailboxAddress: Int] = [:]

    /// Sorted.
    var mailboxes: [MailboxAddress]

    /// - Parameter mailboxes: not empty; the first by alphabet is the anchor, where it can be subscribed to.
    package init(
        _ number: Int,
        mailboxes: [MailboxAddress],
        method: NotificationMethod,
        tempo: SubscriptionTempo = SubscriptionTempo()
    ) {
        precondition(!mailboxes.isEmpty, "a group has an anchor")
        self.number = number
        self.method = method
        self.tempo = tempo
        self.mailboxes = mailboxes.sorted()
        members = Dictionary(mailboxes.map { ($0, .waiting) }) { first, _ in first }
        route = NotificationRoute(anchor: self.mailboxes[0])
    }

    /// A subscription whose channel does not carry tells nothing, so it is still pending.
    package var counts: SubscriptionCounts {
        members.values.reduce(into: SubscriptionCounts()) { counts, member in
            switch member {
            case .live(let live) where isCarried(live.subscription): counts.active += 1
            case .live, .waiting, .asking: counts.pending += 1
            case .resting: counts.failed += 1
            }
        }
    }

    /// All subscriptions in use.
    package var subscriptions: [Subscription] { liveMembers.map(\.subscription) }

    /// Whether a change of `mailbox` would be told of now.
    package func isTelling(of mailbox: MailboxAddress) -> Bool {
        guard case .live(let live) = members[mailbox] else { return false }
        return isCarried(live.subscription)
    }

    /// Whether the channel was opened with the subscription that has this id now; an older one of the same id does not count.
    package func carries(_ id: String) -> Bool { channel.ids?.contains(id) ?? false }

    /// When ``advance(at:)`` must be called at the latest; `nil` where only an event can change anything.
    package var nextDeadline: Date? {
        let times = members.values.compactMap { member -> Date? in
            switch member {
            case .waiting, .asking: nil
            case .resting(let until, _): until
            case .live(let live): deadline(of: live)
            }
        }
        guard method == .streaming, case .shut(let reopenAt) = channel, hasNothingUnderWay, !liveMembers.isEmpty else {
            return times.min()
        }
        return times.reduce(reopenAt, min)
    }

    /// What has to be done now, given the state of things.
    package mutating func advance(at now: Date) -> [Action] {
        var actions = wake(at: now)
        actions += askForWaiting()
        switch method {
        case .streaming: actions += keepChannel(at: now)
        case .pull: actions += pollDue(at: now)
        case .push: break
        }
        return actions
    }

    /// Uses another method from now on: every subscription is made anew.
    package mutating func use(_ method: NotificationMethod, at now: Date) -> [Action] {
        guard method != self.method else { return advance(at: now) }
        var actions: [Action] = channel.ids == nil ? [] : [.close]
        actions += subscriptions.map(Action.unsubscribe)
        channel = .shut(reopenAt: now)
        breaks = 0
        self.method = method
        for (mailbox, member) in members where member != .asking { members[mailbox] = .waiting }
        forgetRoute()
        return actions + advance(at: now)
    }

    var liveMembers: [LiveSubscription] {
        mailboxes.compactMap { mailbox in
            guard case .live(let live) = members[mailbox] else { return nil }
            return live
        }
    }

    mutating func forgetRoute() {
        route.affinity = nil
        isRouteKnown = false
    }

    private var hasNothingUnderWay: Bool { !members.values.contains { $0 == .waiting || $0 == .asking } }

    private func isCarried(_ subscription: Subscription) -> Bool {
        guard method == .streaming else { return true }
        guard case .open(let ids, _) = channel else { return false }
        return ids.contains(subscription.id)
    }

    private func deadline(of live: LiveSubscription) -> Date? {
        switch method {
        case .streaming: nil
        case .pull: live.nextPoll
        case .push: live.heardAt + tempo.pushSilence
        }
    }

    /// Whoever rested long enough is asked for again, and read: nothing else tells of its changes.
    private mutating func wake(at now: Date) -> [Action] {
        var rested: [MailboxAddress] = []
        var actions: [Action] = []
        for mailbox in mailboxes {
            switch members[mailbox] {
            case .resting(let until?, _) where until <= now:
                members[mailbox] = .waiting
                rested.append(mailbox)
            case .live(let live) where method == .push && live.heardAt + tempo.pushSilence <= now:
                actions += [.unsubscribe(live.subscription), .noteSilence(mailbox)]
                fallSilent(mailbox, at: now)
            default: break
            }
        }
        if !rested.isEmpty { actions.append(.read(rested)) }
        return actions
    }

    /// Until the route is known, one goes ahead and is the anchor: the group must not hang on one that is not there. Then
    /// all.
    private mutating func askForWaiting() -> [Action] {
        var waiting = mailboxes.filter { members[$0] == .waiting }
        if !isRouteKnown {
            guard !members.values.contains(.asking) else { return [] }
            waiting = Array(waiting.prefix(1))
            if let first = waiting.first { route.anchor = first }
        }
        for mailbox in waiting { members[mailbox] = .asking }
        return waiting.map { .subscribe($0, method, route) }
    }

    /// One channel for all who live, once nobody is on the way: each opening is a gap that must be read over.
    private mutating func keepChannel(at now: Date) -> [Action] {
        guard hasNothingUnderWay else { return [] }
        let live = subscriptions
        let ids = Set(live.map(\.id))
        guard !ids.isEmpty else {
            guard channel.ids != nil else { return [] }
            channel = .shut(reopenAt: now)
            return [.close]
        }
        switch channel {
        case .shut(let reopenAt): guard reopenAt <= now else { return [] }
        case .opening(let carried), .open(let carried, _): guard !ids.isSubset(of: carried) else { return [] }
        }
        channel = .opening(ids)
        return [.open(live, carryingRoute(among: live))]
    }

    /// The anchor may have gone since: then the first who lives stands for the group.
    private func carryingRoute(among live: [Subscription]) -> NotificationRoute {
        guard let first = live.first, !live.contains(where: { $0.mailbox == route.anchor }) else { return route }
        return NotificationRoute(anchor: first.mailbox, affinity: route.affinity)
    }

    private mutating func pollDue(at now: Date) -> [Action] {
        var actions: [Action] = []
        for var live in liveMembers {
            guard let nextPoll = live.nextPoll, nextPoll <= now else { continue }
            live.nextPoll = nil
            members[live.subscription.mailbox] = .live(live)
            actions.append(.poll(live.subscription))
        }
        return actions
    }
}
