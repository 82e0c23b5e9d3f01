import Availability
import Foundation
import SIPMessages

// What becomes of the requests that are open: their timers, and the answers that end them.
extension SIPLink {
    /// Seconds of silence, while something is asked, after which a connection is none.
    private static let longestSilence: TimeInterval = 5

    func came(_ message: SIPMessage) {
        guard case .response(let response) = message, let key = response.transaction,
            transactions[key] != nil
        else { return dropped += 1 }
        handle(response.status < 200 ? .provisional : .final, of: key, response)
    }

    func handle(_ event: TransactionTimers.Event, of key: TransactionKey, _ response: SIPResponse? = nil) {
        guard var transaction = transactions[key] else { return }
        let actions = transaction.timers.handle(event)
        transactions[key] = transaction
        for action in actions {
            switch action {
            case .send:
                if case .open(let channel) = state { channel.send(transaction.message) }
            case .start(.k, _), .stop(.k): break
            case .start(let timer, let seconds):
                let delay = timer == .f ? min(seconds, transaction.patience) : seconds
                scheduler.schedule(name(timer, key), at: scheduler.now.addingTimeInterval(delay)) { [weak self] in
                    await self?.handle(.elapsed(timer), of: key)
                }
            case .stop(let timer): scheduler.cancel(name(timer, key))
            case .deliver:
                if let response { end(key, .success(response)) }
            case .timedOut:
                end(key, .failure(.silent(min(64 * TransactionTimers.t1, transaction.patience))))
                // A connection that swallows everything is none; a new one may be.
                if let silentSince, scheduler.now.timeIntervalSince(silentSince) >= Self.longestSilence { close() }
            case .failed, .end: break
            }
        }
    }

    /// It is forgotten at once: an answer that comes again belongs to nothing and is dropped.
    func end(_ key: TransactionKey, _ outcome: Outcome) {
        guard let transaction = transactions.removeValue(forKey: key) else { return }
        scheduler.cancel(name(.e, key))
        scheduler.cancel(name(.f, key))
        transaction.asker.resume(returning: outcome)
    }

    private func name(_ timer: TransactionTimers.Timer, _ key: TransactionKey) -> String {
        "sip: timer \(timer) of \(key.branch)"
    }
}
