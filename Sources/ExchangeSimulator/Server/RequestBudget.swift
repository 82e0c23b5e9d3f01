import Synchronization

/// How many requests each account has under way, streams apart: they have a limit of their own. Behind a mutex for the
/// reason `ServerConduct` is.
/// https://learn.microsoft.com/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange
final class RequestBudget: Sendable {
    /// EWSMaxConcurrency.
    private let most: Int
    private let underWay = Mutex<[String: Int]>([:])

    init(most: Int) {
        self.most = most
    }

    /// Runs a request on the account's budget: the caller's, or that of whom it impersonates.
    /// - Throws: ErrorExceededConnectionCount when nothing is left; requests under way stay valid.
    func spend<Answer>(
        of account: String,
        _ request: () async throws(SOAPFault) -> Answer
    ) async throws(SOAPFault) -> Answer {
        let isGranted = underWay.withLock { underWay in
            guard underWay[account, default: 0] < most else { return false }
            underWay[account, default: 0] += 1
            return true
        }
        guard isGranted else { throw .tooManyRequests }
        defer {
            underWay.withLock { underWay in
                let rest = underWay[account, default: 1] - 1
                underWay[account] = rest > 0 ? rest : nil
            }
        }
        return try await request()
    }
}
