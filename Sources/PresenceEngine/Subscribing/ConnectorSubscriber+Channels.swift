import Availability
import Foundation

/// The channel that a group listens to.
struct RunningChannel {
    /// Tells it from earlier channels of the same group, whose last words no longer count.
    var generation: Int
    /// Since when it carries.
    var carriesSince: Date?
}

/// Channels: one for each group that streams.
extension ConnectorSubscriber {
    func open(_ subscriptions: [Subscription], _ route: NotificationRoute, of number: Int) {
        close(number)
        begun += 1
        lastGeneration += 1
        let generation = lastGeneration
        channels[number] = RunningChannel(generation: generation)
        listeners[generation] = Task {
            await self.run(subscriptions, route, of: number, generation: generation)
            self.listeners[generation] = nil
        }
    }

    func close(_ number: Int) {
        guard let channel = channels.removeValue(forKey: number) else { return }
        listeners[channel.generation]?.cancel()
    }

    private func run(
        _ subscriptions: [Subscription],
        _ route: NotificationRoute,
        of number: Int,
        generation: Int
    ) async {
        do throws(ChannelFailure) {
            let channel = try await source.listen(to: subscriptions, route: route)
            while let news = try await channel.next() {
                guard isCurrent(number, generation) else { return }
                await heard(news, of: number)
            }
            guard isCurrent(number, generation) else { return }
            closed(number)
        } catch {
            guard isCurrent(number, generation) else { return }
            broke(error, number)
        }
    }

    private func isCurrent(_ number: Int, _ generation: Int) -> Bool {
        !isStopped && channels[number]?.generation == generation
    }

    private func heard(_ news: [ChannelNews], of number: Int) async {
        begun += 1
        if channels[number]?.carriesSince == nil { carries(number) }
        var changed: [MailboxAddress] = []
        for item in news {
            switch item {
            case .alive: break
            case .changed(let ids): changed += ids.compactMap { registry[$0]?.mailbox }
            case .lost(let ids): lost(ids.filter(groups[number].carries), of: number)
            }
        }
        guard !changed.isEmpty else { return }
        await reader.readCalendars(of: changed)
        await observer.notified(of: changed)
    }

    private func carries(_ number: Int) {
        channels[number]?.carriesSince = scheduler.now
        narrator.carries(number)
        carryOut(groups[number].carried(at: scheduler.now), of: number)
        if choice.carried(number) {
            narrator.returned(to: choice.method)
            useChosenMethod()
        }
    }

    private func closed(_ number: Int) {
        let now = scheduler.now
        if let life = endedLife(of: number, at: now) { choice.closed(number, life: life) }
        carryOut(groups[number].closed(at: now, jitter: random()), of: number)
    }

    private func broke(_ failure: ChannelFailure, _ number: Int) {
        let now = scheduler.now
        let life = endedLife(of: number, at: now)
        if failure.cause == .limit, !choice.isProbing, let other = source.methods.dropFirst().first {
            narrator.limited(number, to: other, why: failure.diagnosis, at: now)
            limited.set(number, at: now + options.tempo.methodRetry)
            return carryOut(groups[number].use(other, at: now), of: number)
        }
        narrator.broke(number, failure, at: now)
        carryOut(groups[number].broke(retry: failure.retry, at: now, jitter: random()), of: number)
        let isCounted =
            switch failure.cause {
            case .silence, .refused, .limit: true
            // One that carried and broke off young, or made no sense from the beginning.
            case .server: life != nil
            case .malformed: life == nil
            }
        if isCounted || choice.isProbing, choice.broke(number, life: life, why: failure.diagnosis, at: now) {
            changeMethod(why: failure.diagnosis)
        }
    }

    /// - Returns: for how many seconds the channel had carried; `nil` where it never did.
    private func endedLife(of number: Int, at now: Date) -> TimeInterval? {
        channels.removeValue(forKey: number)?.carriesSince.map { now.timeIntervalSince($0) }
    }
}
