package import Availability
import Foundation
package import HTTPTransport
import OAuthMessages
import Synchronization

/// Logs in as an application, with a token of its authority.
///
/// A token is kept until shortly before it ends. One request at a time asks for another; whoever needs it waits for that
/// one, and nobody's cancellation ends it for the others.
///
/// A mutex and not an actor, since nothing is done under it but decide.
package final class OAuthLogin: EWSLogin {
    private struct State {
        var stock = TokenStock()
        /// Asking for a token is under way.
        var asking: Task<Result<AccessToken, SourceFailure>, Never>?
    }

    private enum Step {
        case use(AccessToken)
        case wait(Task<Result<AccessToken, SourceFailure>, Never>)
        case giveUp(SourceFailure)
    }

    /// The id of the application.
    package var account: String { endpoint.application.clientID }

    private let endpoint: TokenEndpoint
    private let clock: any WallClock
    /// A number from 0 up to, but not including, 1.
    private let random: @Sendable () -> Double
    private let state = Mutex(State())

    package init(
        _ application: OAuthApplication,
        http: any HTTPSending,
        clock: any WallClock,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        endpoint = TokenEndpoint(application: application, http: http, clock: clock)
        self.clock = clock
        self.random = random
    }

    /// Exchange takes such tokens for requests that impersonate, and for no others.
    package var impersonatesAlways: Bool { true }

    package func proof(for endpoint: EWSEndpoint) async throws(SourceFailure) -> HTTPAuthentication {
        let token: AccessToken
        switch step() {
        case .use(let held): token = held
        case .wait(let task): token = try await task.value.get()
        case .giveUp(let failure): throw failure
        }
        return .token(scheme: "Bearer", Secret(token.reveal()))
    }

    /// A token that is refused is given up and another asked for, once; what then is refused is diagnosed.
    package func refusal(
        of proof: HTTPAuthentication,
        by endpoint: EWSEndpoint,
        headers: HTTPHeaders
    ) async -> LoginRefusal {
        let offered = OfferedSchemes(headers)
        guard offered.names.isEmpty || offered.contains("bearer") else {
            return .failed(SourceFailure(.tokensNotTaken(offered.names), retry: .later), isFinal: false)
        }
        let reason = BearerRefusal(headers)
        // Another token of the same tenant changes nothing for this mailbox, nor does it say anything of others.
        if reason.cause == .tenant {
            let diagnosis = Diagnosis.mailboxOfAnotherTenant(self.endpoint.application, reason.words)
            return .failed(SourceFailure(diagnosis, retry: .later, isOfRequest: true), isFinal: false)
        }
        if case .token(_, let secret) = proof, let token = AccessToken(secret.reveal()),
            state.withLock({ $0.stock.replace(token, at: clock.now) })
        {
            return .another
        }
        let diagnosis =
            switch reason.cause {
            case .permission: Diagnosis.applicationDenied(account, reason.words)
            case .audience: Diagnosis.tokenOfAnotherAudience(self.endpoint.application, reason.words)
            case .tenant, .token: Diagnosis.tokenNotTaken(account, reason.words)
            }
        return .failed(SourceFailure(diagnosis, retry: .later), isFinal: false)
    }

    package func allowAnotherAttempt() async {
        state.withLock { $0.stock.forgetTrouble() }
    }

    private func step() -> Step {
        state.withLock { state in
            switch state.stock.next(at: clock.now) {
            case .use(let token): return .use(token)
            case .giveUp(let failure): return .giveUp(failure)
            case .ask(let meanwhile):
                let task = state.asking ?? Task { await self.ask() }
                state.asking = task
                return meanwhile.map(Step.use) ?? .wait(task)
            }
        }
    }

    private func ask() async -> Result<AccessToken, SourceFailure> {
        let now = clock.now
        do throws(SourceFailure) {
            let grant = try await endpoint.token(at: now)
            return state.withLock { state in
                state.asking = nil
                state.stock.take(grant, askedAt: now)
                return .success(grant.token)
            }
        } catch {
            return state.withLock { state in
                state.asking = nil
                return .failure(state.stock.take(error, at: clock.now, jitter: random()))
            }
        }
    }
}
