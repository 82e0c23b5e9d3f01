import Availability
import Foundation

/// Requests: handed to the reader a few at a time, and what comes of them.
extension ConnectorSubscriber {
    /// As many are handed over as may be under way, and as many again so that none has to be waited for.
    func pump() {
        guard !isStopped else { return }
        while handedOver < 2 * options.concurrency, let wish = wishes.take() {
            handedOver += 1
            let reader = reader
            handOver { await reader.run { () async throws(SourceFailure) -> Bool in try await self.perform(wish) } }
        }
    }

    /// May be called again after it threw: the server could not be asked then.
    /// - Returns: whether the server was asked at all.
    private func perform(_ wish: WishList.Wish) async throws(SourceFailure) -> Bool {
        guard !isStopped else { return false }
        performing += 1
        begun += 1
        defer { performed() }
        var isAsked = true
        do throws(SourceFailure) {
            isAsked = try await grant(wish)
        } catch {
            // A request that the server chokes on must not hold up all others, again and again.
            guard error.isOfRequest else { throw error }
            giveUp(wish, why: error)
        }
        handedOver -= 1
        pump()
        return isAsked
    }

    private func grant(_ wish: WishList.Wish) async throws(SourceFailure) -> Bool {
        switch wish {
        case .subscribe(let mailbox, let method, let route):
            return try await subscribe(to: mailbox, by: method, route: route)
        case .unsubscribe(let subscription):
            defer { leaving.remove(subscription) }
            return try await end(subscription)
        case .poll(let subscription): return try await poll(subscription)
        }
    }

    /// What cannot be ended now is tried again at the next start: the journal remembers it.
    private func giveUp(_ wish: WishList.Wish, why failure: SourceFailure) {
        switch wish {
        case .subscribe(let mailbox, _, _):
            guard let number = groupOf[mailbox] else { return }
            let failure = MailboxFailure(failure.diagnosis, retry: failure.retry)
            narrator.refused(mailbox, failure)
            answered(mailbox, .refused(failure), of: number)
        case .unsubscribe(let subscription): leaving.remove(subscription)
        case .poll(let subscription): conclude(subscription, .lost)
        }
    }

    private func performed() {
        performing -= 1
        guard performing == 0 else { return }
        whenQuiet?.resume()
        whenQuiet = nil
    }

    // MARK: Subscribing

    private func subscribe(
        to mailbox: MailboxAddress,
        by method: NotificationMethod,
        route: NotificationRoute
    ) async throws(SourceFailure) -> Bool {
        for leftover in leftovers[mailbox] ?? [] {
            do throws(SourceFailure) {
                _ = try await end(leftover)
            } catch {
                // One that the server chokes on must not keep its mailbox from a new one; it ends when nobody listens.
                guard error.isOfRequest else { throw error }
                journal.forget(leftover)
            }
        }
        leftovers[mailbox] = nil
        // Who left and came back meanwhile may stand in the line twice.
        guard !isStopped, let number = groupOf[mailbox], groups[number].members[mailbox] == .asking else {
            return false
        }
        // What waited in line while the method was changed need not be asked any more.
        guard groups[number].method == method else {
            withdraw(mailbox, from: number)
            return false
        }
        narrator.subscribing(to: mailbox)
        let askedAfter = registry.lastNumber
        switch try await source.subscribe(to: mailbox, by: method, route: groups[number].route) {
        case .subscribed(let subscription):
            register(subscription, askedAfter: askedAfter)
            narrator.subscribed(to: mailbox)
            answered(mailbox, .subscribed(subscription), of: number)
        case .refused(let failure):
            narrator.refused(mailbox, failure)
            answered(mailbox, .refused(failure), of: number)
        case .methodUnknown(let diagnosis):
            unknown(method, mailbox, of: number, why: diagnosis)
        }
        return true
    }

    private func unknown(
        _ method: NotificationMethod,
        _ mailbox: MailboxAddress,
        of number: Int,
        why diagnosis: Diagnosis
    ) {
        if choice.unknown(method, why: diagnosis, at: scheduler.now) {
            answered(mailbox, .methodUnknown(diagnosis), of: number)
            changeMethod(why: diagnosis)
        } else if groups[number].method == method {
            // There is no other.
            let failure = MailboxFailure(diagnosis, retry: .later)
            narrator.refused(mailbox, failure)
            answered(mailbox, .refused(failure), of: number)
        } else {
            // Another mailbox was quicker to learn this.
            withdraw(mailbox, from: number)
        }
    }

    private func answered(_ mailbox: MailboxAddress, _ answer: SubscriptionAnswer, of number: Int) {
        carryOut(groups[number].answered(mailbox, answer, at: scheduler.now, jitter: random()), of: number)
    }

    private func withdraw(_ mailbox: MailboxAddress, from number: Int) {
        carryOut(groups[number].withdrawn(mailbox, at: scheduler.now), of: number)
    }

    // MARK: Unsubscribing

    /// An id that stands for another mailbox by now is not ours to end any more.
    /// - Returns: whether the server was asked; what it tells by `push` ends with its next call.
    private func end(_ subscription: Subscription) async throws(SourceFailure) -> Bool {
        guard !registry.hasGone(subscription) else { return false }
        try await source.unsubscribe(subscription)
        // An id that was given anew while the server was asked stands for the newer one, which lives as a rule. Where it
        // was ended instead, its channel or its next asking tells; to let go of it here would leave it to the server.
        if !registry.hasGone(subscription) { journal.forget(subscription) }
        return subscription.method != .push
    }

    // MARK: Polling

    private func poll(_ subscription: Subscription) async throws(SourceFailure) -> Bool {
        guard registry.owns(subscription) else { return false }
        let answer = try await source.poll(subscription)
        conclude(subscription, answer)
        guard case .answered(isChanged: true, _, _) = answer else { return true }
        let owner = registry[subscription.id]?.mailbox ?? subscription.mailbox
        // Where the id was given anew meanwhile, it is the calendar of the newer one that has changed.
        if registry.hasGone(subscription) { await reader.readCalendars(of: [owner]) }
        await observer.notified(of: [owner])
        return true
    }

    private func conclude(_ subscription: Subscription, _ answer: PollAnswer) {
        guard let number = groupOf[subscription.mailbox] else { return }
        if answer == .lost { unregister(subscription) }
        carryOut(groups[number].polled(subscription, answer, at: scheduler.now, jitter: random()), of: number)
    }

    // MARK: Being called

    func listenForArrivals() {
        let stream = source.arrivals()
        arrivals = Task {
            for await arrival in stream { await self.arrived(arrival) }
        }
    }

    private func arrived(_ arrival: PushArrival) async {
        guard !isStopped, let number = groupOf[arrival.mailbox] else { return }
        begun += 1
        narrator.callbackReached(arrival.mailbox)
        let held = groups[number].subscriptions.first { $0.callbackToken == arrival.callbackToken }
        let actions = groups[number].arrived(arrival, at: scheduler.now, jitter: random())
        if arrival.news == .lost, let held { unregister(held) }
        carryOut(actions, of: number)
        guard arrival.news == .changed else { return }
        // A call may be quicker than the answer to the request that it belongs to; the group knows nothing of it then.
        if actions.isEmpty { await reader.readCalendars(of: [arrival.mailbox]) }
        await observer.notified(of: [arrival.mailbox])
    }
}
