import Availability
import Foundation
import SIPMessages

// What goes on between deliveries: every publication is refreshed before the server forgets it, at times that lie evenly,
// and at least one a minute, so that a server that began anew is noticed even where there are few.
extension SIPPublishHook {
    /// Publications that an earlier run left behind and that are due at once are refreshed so many a second.
    private static let lateRate = 50.0
    /// Seconds after which a server that nothing was heard of is asked for one publication.
    private static let longestSilence: TimeInterval = 60
    /// Publications that are looked at when one was found gone.
    private static let suspects = 4
    /// Seconds between two looks at what is due.
    private static let shortestSleep: TimeInterval = 0.25
    /// Seconds until a publication that the server would not refresh is refreshed again.
    private static let longestPause: TimeInterval = 300

    var alarmName: String { deadlines("refresh") }

    /// Takes over what an earlier run published, once.
    func load() async throws(HookFailure) {
        guard !isLoaded else { return }
        let publications: [Publication]
        do throws(StoreFailure) {
            publications = try await store.publications(of: name)
        } catch {
            throw HookFailure(error.diagnosis, retry: .later)
        }
        // Somebody else may have done it meanwhile.
        guard !isLoaded else { return }
        isLoaded = true
        let now = scheduler.now
        var late = 0.0
        for publication in publications.sorted(by: { $0.expiresAt < $1.expiresAt }) {
            let remaining = publication.expiresAt.timeIntervalSince(now)
            if remaining <= 0 { late += 1 }
            let delay = remaining > 0 ? plan.delay(remaining: remaining) : late / Self.lateRate
            book.set(
                PublicationBook.Entry(
                    entityTag: publication.entityTag,
                    expiresAt: publication.expiresAt,
                    refreshAt: now.addingTimeInterval(delay),
                    documentMark: nil,
                    isConfirmed: false
                ),
                for: publication.key
            )
        }
        // Perhaps the server began anew meanwhile: one tells.
        book.hurry(1, now: now)
        lastHeard = now
        wakeForRefreshes()
    }

    /// As ``load()``, and once more until it works.
    func loadSoon() async {
        do throws(HookFailure) {
            try await load()
        } catch {
            log.notLoaded(error)
            let time = scheduler.now.addingTimeInterval(retries.first)
            scheduler.schedule(alarmName, at: time) { [weak self] in await self?.loadSoon() }
        }
    }

    /// Sleeps until something is due, unless it sleeps no longer already.
    func wakeForRefreshes() {
        guard isRunning, let due = book.nextDue else { return }
        let now = scheduler.now
        let soon = now.addingTimeInterval(Self.shortestSleep)
        let next = max(soon, pausedUntil, min(due, lastHeard.addingTimeInterval(Self.longestSilence)))
        if let alarm, alarm > now, alarm <= next { return }
        alarm = next
        scheduler.schedule(alarmName, at: next) { [weak self] in await self?.refreshDue() }
    }

    /// Refreshes what is due, no more at once than the window is wide; whoever is done looks again.
    func refreshDue() {
        alarm = nil
        let now = scheduler.now
        guard isRunning, pausedUntil <= now else { return wakeForRefreshes() }
        if now.timeIntervalSince(lastHeard) >= Self.longestSilence {
            // Asked once in a minute, whether it answers or not.
            lastHeard = now
            book.hurry(1, now: now)
        }
        // While the server is away it is asked for one, and not for all.
        let most = refreshFailures.count > 0 ? 1 : concurrencyLimit
        for key in book.due(at: now, limit: most - refreshing) where book.begin(key) {
            refreshing += 1
            Task { await refresh(key) }
        }
        wakeForRefreshes()
    }

    private func refresh(_ key: Publication.Key) async {
        do throws(HookFailure) {
            try await keepAlive(key)
            if let failures = refreshFailures.succeeded() { log.recovered(failures) }
        } catch {
            failed(key, error)
        }
        refreshing -= 1
        end(key)
        defer { resumeIfQuiet() }
        guard isRunning else { return }
        if book.nextDue.map({ $0 <= scheduler.now }) == true { refreshDue() } else { wakeForRefreshes() }
    }

    /// Waits until no refresh is under way, each within the time limit: the tag that comes with its answer must not be
    /// lost, or the publication stays behind at the server without anybody who can change it.
    func untilQuiet() async {
        guard refreshing > 0 else { return }
        await withCheckedContinuation { quietWaiters.append($0) }
    }

    private func resumeIfQuiet() {
        guard refreshing == 0 else { return }
        for waiter in quietWaiters { waiter.resume() }
        quietWaiters = []
    }

    private func keepAlive(_ key: Publication.Key) async throws(HookFailure) {
        guard let entry = book[key], let presentity = SIPURI(key.presentity) else { return try await forget(key) }
        let document = try await stored(key)
        let isAlive = entry.expiresAt > scheduler.now
        guard isAlive || document?.isEmpty == false else { return try await forget(key) }
        try await carryOut(
            isAlive ? .refresh(tag: entry.entityTag) : .publish(Array((document ?? "").utf8)),
            of: presentity,
            key,
            document: document,
            for: .refresh
        )
    }

    private func failed(_ key: Publication.Key, _ failure: HookFailure) {
        let now = scheduler.now
        if failure.scope == .event {
            log.notRefreshed(key, failure)
            // Before it ends, if it lives that long; what is refused for good may be allowed by then.
            let left = book[key].map { $0.expiresAt.timeIntervalSince(now) / 4 } ?? Self.longestPause
            let pause = left > 0 ? max(retries.first, min(left, Self.longestPause)) : Self.longestPause
            return book.postpone(key, until: now.addingTimeInterval(pause))
        }
        if refreshFailures.failed() { log.notRefreshed(key, failure) }
        let delay = retries.delay(afterFailures: refreshFailures.count, advice: failure.retry, jitter: 0)
        pausedUntil = max(pausedUntil, now.addingTimeInterval(delay ?? retries.longest))
        book.postpone(key, until: pausedUntil)
    }
}

// MARK: What tells of a server that began anew

extension SIPPublishHook {
    /// The server knew a tag.
    func heard() {
        lastHeard = scheduler.now
    }

    /// The server did not know a tag that it gave and that had not expired.
    func lost() {
        switch signs.lost(at: scheduler.now) {
        case .none: break
        case .suspicious:
            book.hurry(Self.suspects, now: scheduler.now)
            wakeForRefreshes()
        case .forgot: receiverForgot()
        }
    }

    /// A connection over which it answered is gone: perhaps it starts again, and then it should be told soon.
    func connectionLost() {
        guard isRunning else { return }
        book.hurry(1, now: scheduler.now)
        wakeForRefreshes()
    }
}
