import Availability
import Foundation

/// The end of a subscriber: what it asked a server to keep is given back.
extension ConnectorSubscriber {
    /// Ends all subscriptions, as far as the server is there and time allows; what is left is ended at the next start.
    package func stop() async {
        isStopped = true
        scheduler.cancel(deadline)
        scheduler.cancel(leftoverDeadline)
        wishes = WishList()
        arrivals?.cancel()
        admission?.cancel()
        let limit = "unsubscribe \(source.name)"
        scheduler.schedule(limit, at: scheduler.now + options.stopLimit) { [weak self] in await self?.runOutOfTime() }
        for listener in listeners.values { listener.cancel() }
        await admission?.value
        while let listener = listeners.first { await listener.value.value }
        await reader.dropErrands()
        // A server that is just being asked may answer with one subscription more.
        if performing > 0, !isOutOfTime { await withCheckedContinuation { whenQuiet = $0 } }
        await unsubscribeAll()
        scheduler.cancel(limit)
        await journal.close()
    }

    private func runOutOfTime() {
        isOutOfTime = true
        whenQuiet?.resume()
        whenQuiet = nil
        ending?.cancel()
    }

    /// In parallel, until the first request that fails as a whole, or the time is over. Those made by `push` can only be
    /// ended by an answer to the server's next call: at the next start they are.
    private func unsubscribeAll() async {
        let known = Set(groups.flatMap(\.subscriptions)).union(leaving).union(leftovers.values.joined())
        let all = known.filter { $0.method != .push }
        if all.count < known.count { narrator.left(known.count - all.count) }
        guard !all.isEmpty else { return }
        let (source, width) = (source, options.concurrency)
        let ending = Task {
            await withTaskGroup(of: Subscription?.self) { group in
                var rest = Array(all)[...]
                var ended: [Subscription] = []
                var isGivenUp = Task.isCancelled
                for subscription in isGivenUp ? [] : rest.prefix(width) {
                    group.addTask { await Self.ending(subscription, source) }
                }
                rest = rest.dropFirst(width)
                while let outcome = await group.next() {
                    if let outcome { ended.append(outcome) } else { isGivenUp = true }
                    guard !isGivenUp, !Task.isCancelled, let next = rest.popFirst() else { continue }
                    group.addTask { await Self.ending(next, source) }
                }
                return ended
            }
        }
        if isOutOfTime { ending.cancel() }
        self.ending = ending
        let ended = await ending.value
        for subscription in ended { journal.forget(subscription) }
        narrator.ended(ended.count, of: all.count)
    }

    /// - Returns: the subscription, if it is ended.
    private static func ending(_ subscription: Subscription, _ source: any ChangeSource) async -> Subscription? {
        do throws(SourceFailure) {
            try await source.unsubscribe(subscription)
            return subscription
        } catch {
            return nil
        }
    }
}
