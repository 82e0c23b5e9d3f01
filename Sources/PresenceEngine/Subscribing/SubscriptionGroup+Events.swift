package import Availability
package import Foundation

/// What happens to a group, and what follows.
extension SubscriptionGroup {
    private static let refusals = RetrySchedule(first: 900, longest: 14_400)
    private static let losses = RetrySchedule(first: 1, longest: 900)
    private static let reopenings = RetrySchedule(first: 1, longest: 300, spread: 1)
    /// A subscription that lived for so many seconds was no failure.
    static let soundLife: TimeInterval = 300
    /// Over how many seconds channels that were closed in order are opened again.
    static let reopeningSpread: TimeInterval = 5
    /// Attempts in a row that fail before the route is no longer believed in.
    private static let patienceWithRoute = 3

    // MARK: Subscribing

    /// The server was asked to tell of `mailbox`.
    /// - Parameter jitter: a random number from 0 up to 1.
    package mutating func answered(
        _ mailbox: MailboxAddress,
        _ answer: SubscriptionAnswer,
        at now: Date,
        jitter: Double
    ) -> [Action] {
        guard members[mailbox] == .asking else {
            // It left while the server was asked, and may have come back since.
            guard case .subscribed(let subscription) = answer else { return [] }
            return [.unsubscribe(subscription)]
        }
        var actions: [Action] = []
        switch answer {
        case .subscribed(let subscription) where subscription.method != method:
            // The method was changed while the server was asked.
            members[mailbox] = .waiting
            actions.append(.unsubscribe(subscription))
        case .subscribed(let subscription):
            if !isRouteKnown {
                route.affinity = subscription.route.affinity
                isRouteKnown = true
            }
            let firstPoll = method == .pull ? now + tempo.pollInterval * jitter : nil
            members[mailbox] = .live(LiveSubscription(subscription, heardAt: now, nextPoll: firstPoll))
            if method != .streaming { actions.append(.read([mailbox])) }
        case .refused(let failure):
            rest(mailbox, failure, Self.refusals, at: now, jitter: jitter)
        case .methodUnknown:
            // Whoever chooses the method will choose another; until then nobody is asked.
            members[mailbox] = .waiting
            return []
        }
        return actions + advance(at: now)
    }

    /// The server was not asked for `mailbox`, or not by the method that is used by now.
    package mutating func withdrawn(_ mailbox: MailboxAddress, at now: Date) -> [Action] {
        guard members[mailbox] == .asking else { return [] }
        members[mailbox] = .waiting
        return advance(at: now)
    }

    /// These subscriptions are gone. Their mailboxes are read when new ones tell.
    package mutating func lost(_ ids: some Sequence<String>, at now: Date, jitter: Double) -> [Action] {
        let gone = Set(ids)
        let before = liveMembers
        let hit = before.filter { gone.contains($0.subscription.id) }
        guard !hit.isEmpty else { return [] }
        for live in hit { lose(live.subscription, at: now, jitter: jitter) }
        // All at once: the server started again, or the requests no longer reach the one that knows them.
        if hit.count == before.count { forgetRoute() }
        // An id that is given once more is not carried by a channel that knew the older one.
        letGo(of: gone)
        return advance(at: now)
    }

    // MARK: Streaming

    /// The channel carries: it was opened and the server said something.
    package mutating func carried(at now: Date) -> [Action] {
        guard case .opening(let ids) = channel else { return [] }
        channel = .open(ids, since: now)
        return [.read(liveMembers.map(\.subscription).filter { ids.contains($0.id) }.map(\.mailbox))]
    }

    /// The server closed the channel in the orderly way.
    package mutating func closed(at now: Date, jitter: Double) -> [Action] {
        guard case .open(_, let since) = channel, now.timeIntervalSince(since) >= Self.soundLife else {
            // Closed as soon as it was opened is no order at all.
            return broke(retry: .later, at: now, jitter: jitter)
        }
        breaks = 0
        // A server that is drained closes all its channels at once.
        channel = .shut(reopenAt: now + Self.reopeningSpread * jitter)
        return advance(at: now)
    }

    /// The channel could not be opened, or broke. While none carries, the group is read at each attempt but the first,
    /// which as a rule brings the channel back.
    package mutating func broke(retry: RetryAdvice, at now: Date, jitter: Double) -> [Action] {
        if case .open(_, let since) = channel {
            if now.timeIntervalSince(since) >= Self.soundLife { breaks = 0 }
        } else if breaks > 0, breaks.isMultiple(of: Self.patienceWithRoute) {
            // The server that the route leads to may be the one that is not there any more.
            forgetRoute()
        }
        breaks += 1
        // What cannot be mended here, such as a refused password, is told by the one who reads; the channel waits on.
        let delay = Self.reopenings.delay(
            afterFailures: breaks,
            advice: retry == .never ? .after(300) : retry,
            jitter: jitter
        )
        channel = .shut(reopenAt: now + (delay ?? 300))
        let read = breaks > 1 ? [Action.read(liveMembers.map(\.subscription.mailbox))] : []
        return read + advance(at: now)
    }

    // MARK: Pull and push

    /// The server was asked for the changes of a subscription.
    package mutating func polled(
        _ subscription: Subscription,
        _ answer: PollAnswer,
        at now: Date,
        jitter: Double
    ) -> [Action] {
        guard var live = live(subscription.mailbox, where: subscription.isSame) else { return [] }
        switch answer {
        case .lost:
            strangers += 1
            if strangers.isMultiple(of: Self.patienceWithRoute) { forgetRoute() }
            return lost([subscription.id], at: now, jitter: jitter)
        case .answered(let isChanged, let watermark, let hasMore):
            strangers = 0
            live.heardAt = now
            live.subscription.watermark = watermark ?? live.subscription.watermark
            live.nextPoll = hasMore ? now : now + tempo.pollInterval
            members[subscription.mailbox] = .live(live)
            let read = isChanged ? [Action.read([subscription.mailbox])] : []
            return read + advance(at: now)
        }
    }

    /// The server called.
    package mutating func arrived(_ arrival: PushArrival, at now: Date, jitter: Double) -> [Action] {
        guard var live = live(arrival.mailbox, where: { $0.callbackToken == arrival.callbackToken }) else { return [] }
        switch arrival.news {
        case .lost: return lost([live.subscription.id], at: now, jitter: jitter)
        case .alive, .changed:
            attempts[arrival.mailbox] = nil
            live.heardAt = now
            members[arrival.mailbox] = .live(live)
            return arrival.news == .changed ? [.read([arrival.mailbox])] : []
        }
    }

    /// A server that does not call although it promised is asked once more at once, and then ever more rarely.
    mutating func fallSilent(_ mailbox: MailboxAddress, at now: Date) {
        guard attempts[mailbox] != nil else {
            attempts[mailbox] = 1
            members[mailbox] = .waiting
            return
        }
        rest(mailbox, .staysSilent(mailbox), Self.refusals, at: now, jitter: 0)
    }

    private func live(_ mailbox: MailboxAddress, where matches: (Subscription) -> Bool) -> LiveSubscription? {
        guard case .live(let live) = members[mailbox], matches(live.subscription) else { return nil }
        return live
    }

    /// One that is lost as soon as it was made is not made again at once.
    private mutating func lose(_ subscription: Subscription, at now: Date, jitter: Double) {
        let mailbox = subscription.mailbox
        guard now.timeIntervalSince(subscription.createdAt) < Self.soundLife, attempts[mailbox] != nil else {
            attempts[mailbox] = now.timeIntervalSince(subscription.createdAt) < Self.soundLife ? 1 : nil
            members[mailbox] = .waiting
            return
        }
        rest(mailbox, .losesSubscriptions(mailbox), Self.losses, at: now, jitter: jitter)
    }

    private mutating func rest(
        _ mailbox: MailboxAddress,
        _ failure: MailboxFailure,
        _ schedule: RetrySchedule,
        at now: Date,
        jitter: Double
    ) {
        let count = attempts[mailbox, default: 0] + 1
        attempts[mailbox] = count
        let delay = schedule.delay(afterFailures: count, advice: failure.retry, jitter: jitter)
        members[mailbox] = .resting(until: delay.map { now + $0 }, failure)
    }
}

extension MailboxFailure {
    fileprivate static func staysSilent(_ mailbox: MailboxAddress) -> MailboxFailure {
        MailboxFailure(.callbackUnreachable("no call for \(mailbox) has come"), retry: .later)
    }

    fileprivate static func losesSubscriptions(_ mailbox: MailboxAddress) -> MailboxFailure {
        let diagnosis = Diagnosis(
            id: "subscription.lost",
            summary: "The server forgets each subscription to \(mailbox) soon after it was made.",
            remedy: "If a load balancer stands before several servers, let it send requests with the same cookie "
                + "(X-BackEndOverrideCookie) to the same server. The calendar is read at each new attempt meanwhile."
        )
        return MailboxFailure(diagnosis, retry: .later)
    }
}
