package import Availability
package import Logging
import Synchronization

/// A place that is found by Autodiscover when it is first needed, and remembered.
///
/// A mutex and not an actor, since who only asks what is known must not have to wait.
package final class FoundPlace: EWSPlace {
    private typealias Search = Task<Result<EWSEndpoint, SourceFailure>, Never>

    private struct State {
        var found: Autodiscover.Found?
        var rhythm = SearchRhythm()
        /// The one that is under way: whoever else needs it waits for the same.
        var search: Search?
        var isRefusedGroupings = false
        /// Of the search that was begun last; a search asks a bounded number of places.
        var findings: [AutodiscoverFinding] = []
    }

    let autodiscover: Autodiscover
    let logger: Logger
    private let clock: any WallClock
    private let state = Mutex(State())

    /// - Parameter logger: with the connector's name.
    package init(_ autodiscover: Autodiscover, clock: any WallClock, logger: Logger) {
        self.autodiscover = autodiscover
        self.clock = clock
        self.logger = logger
    }

    package var findings: [AutodiscoverFinding] { state.withLock(\.findings) }

    package var known: EWSEndpoint? { state.withLock { $0.found?.endpoint } }

    /// Who can be asked more about mailboxes, with a login.
    var server: AutodiscoverServer? {
        guard let found = state.withLock(\.found) else { return nil }
        // Exchange has Autodiscover beside EWS.
        return found.server ?? (try? AutodiscoverServer(host: found.endpoint.host))
    }

    /// Whether who knows about mailboxes took no login that EWS takes.
    var isRefusedGroupings: Bool { state.withLock(\.isRefusedGroupings) }

    func refuseGroupings() { state.withLock { $0.isRefusedGroupings = true } }

    package func endpoint() async throws(SourceFailure) -> EWSEndpoint {
        let now = clock.now
        let search = state.withLock { state -> Search? in
            if let search = state.search { return search }
            guard state.found == nil || state.rhythm.isDue(at: now) else { return nil }
            let search = Search { await self.searchOnce() }
            state.search = search
            return search
        }
        guard let search else {
            guard let known else { throw SourceFailure(.interrupted, retry: .later) }
            return known
        }
        return try await search.value.get()
    }

    package func failed(at endpoint: EWSEndpoint, _ failure: Diagnosis) async {
        guard Self.signs.contains(failure.id) else { return }
        state.withLock { state in
            if state.found?.endpoint == endpoint { state.rhythm.doubt() }
        }
    }

    /// What says that EWS may have moved. A server that is only slow or busy has not.
    private static let signs: Set<String> = [
        "dns.host-not-found", "tcp.unreachable", "http.not-ews", "tls.name-mismatch", "tls.ip-address",
    ]

    /// Where the search finds nothing, what was found before may still be right; but not where the login was refused.
    private func searchOnce() async -> Result<EWSEndpoint, SourceFailure> {
        state.withLock { $0.findings = [] }
        let result = await autodiscover.search { [logger] finding in
            self.state.withLock { $0.findings.append(finding) }
            logger.debug("Autodiscover: \(finding.place) (\(finding.manner)): \(finding.outcome)")
        }
        let now = clock.now
        let (before, answer) = state.withLock { state -> (EWSEndpoint?, Result<EWSEndpoint, SourceFailure>) in
            let before = state.found?.endpoint
            state.search = nil
            switch result {
            case .success(let found):
                state.rhythm.searched(at: now, isNews: before.map { $0 != found.endpoint } ?? false)
                state.found = found
                return (before, .success(found.endpoint))
            case .failure(let failure):
                state.rhythm.searched(at: now, isNews: false)
                guard let before, failure.retry != .never else { return (before, .failure(failure)) }
                return (before, .success(before))
            }
        }
        if case .success(let endpoint) = answer, endpoint != before {
            logger.info("EWS URL: \(endpoint.url)", metadata: ["event": "ews-url"])
        }
        return answer
    }
}
