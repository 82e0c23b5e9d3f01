import Availability
import Foundation

/// Groups: what they decide is done, and they are asked again when their time comes.
extension ConnectorSubscriber {
    func carryOut(_ actions: [SubscriptionGroup.Action], of number: Int) {
        for action in actions { carryOut(action, of: number) }
        guard !isStopped else { return }
        narrator.note(groups[number].counts, of: number, method: choice.method, at: scheduler.now)
        deadlines.set(number, at: groups[number].nextDeadline)
        arm()
        pump()
    }

    /// Once stopped, nothing is begun any more; but what is to be ended is.
    private func carryOut(_ action: SubscriptionGroup.Action, of number: Int) {
        if case .unsubscribe(let subscription) = action {
            registry.remove(subscription)
            leave(subscription)
        }
        guard !isStopped else { return }
        switch action {
        case .subscribe(let mailbox, let method, let route): wishes.add(.subscribe(mailbox, method, route))
        case .unsubscribe: break
        case .open(let subscriptions, let route): open(subscriptions, route, of: number)
        case .close: close(number)
        case .poll(let subscription): wishes.add(.poll(subscription))
        case .read(let mailboxes):
            let reader = reader
            handOver { await reader.readCalendars(of: mailboxes) }
        case .noteSilence(let mailbox):
            narrator.callbackSilent(mailbox, for: options.tempo.pushSilence, at: scheduler.now)
        }
    }

    /// Nobody needs this subscription any more.
    func leave(_ subscription: Subscription) {
        leaving.insert(subscription)
        if !isStopped { wishes.add(.unsubscribe(subscription)) }
    }

    /// These are gone, as far as the group of this number holds them.
    func lost(_ ids: [String], of number: Int) {
        for id in ids {
            guard let subscription = registry[id], groupOf[subscription.mailbox] == number else { continue }
            unregister(subscription)
        }
        carryOut(groups[number].lost(ids, at: scheduler.now, jitter: random()), of: number)
    }

    /// The newer owner of an id is not forgotten with the older one.
    func unregister(_ subscription: Subscription) {
        guard registry.owns(subscription) else { return }
        registry.remove(subscription)
        journal.forget(subscription)
    }

    /// The server answered with a subscription: whatever else happens, it is remembered until it is ended.
    func register(_ subscription: Subscription, askedAfter: Int) {
        journal.keep(subscription)
        let void = registry.add(subscription, askedAfter: askedAfter)
        for orphan in void.orphans { leave(orphan) }
        let orphans = Set(void.orphans)
        for other in void.subscriptions where other.id != subscription.id && !orphans.contains(other) {
            journal.forget(other)
        }
        for (number, others) in Dictionary(grouping: void.subscriptions, by: { groupOf[$0.mailbox] }) {
            guard let number else { continue }
            carryOut(groups[number].lost(others.map(\.id), at: scheduler.now, jitter: random()), of: number)
        }
    }

    /// The chosen method does not work.
    func changeMethod(why diagnosis: Diagnosis) {
        narrator.changed(to: choice.method, why: diagnosis, retryAt: choice.retryAt)
        useChosenMethod()
    }

    func useChosenMethod() {
        guard let method = choice.method else { return }
        for number in groups.indices { carryOut(groups[number].use(method, at: scheduler.now), of: number) }
    }

    private func arm() {
        guard !isStopped else { return }
        let earliest = [deadlines.earliest, limited.earliest, choice.retryAt].compactMap { $0 }.min()
        guard armed != earliest else { return }
        armed = earliest
        guard let earliest else { return scheduler.cancel(deadline) }
        scheduler.schedule(deadline, at: earliest) { [weak self] in await self?.timeCame() }
    }

    private func timeCame() {
        guard !isStopped else { return }
        armed = nil
        let now = scheduler.now
        if let number = groups.firstIndex(where: { !$0.members.isEmpty }), choice.beginProbe(at: now),
            let method = choice.preferred
        {
            probed = number
            narrator.probing(method)
            carryOut(groups[number].use(method, at: now), of: number)
        }
        for number in limited.popDue(at: now) {
            if let method = choice.method { carryOut(groups[number].use(method, at: now), of: number) }
        }
        for number in deadlines.popDue(at: now) { carryOut(groups[number].advance(at: now), of: number) }
        arm()
    }
}
