import HTTPTransport
import Kerberos
import Synchronization

/// Proofs with Kerberos for one account. Keys that the Kerberos server refused are not shown to it again.
final class TicketProofs: Sendable {
    private let tokens: any NegotiateTokens
    /// Since the keys were refused. A mutex, since it is only looked at and set.
    private let refusal = Mutex<KerberosError?>(nil)

    init(_ tokens: any NegotiateTokens) {
        self.tokens = tokens
    }

    /// A proof for one request to a server.
    ///
    /// - Throws: why there is none; nothing was sent to the server then.
    func proof(for endpoint: EWSEndpoint) async throws(NegotiateFailure) -> HTTPAuthentication {
        guard !endpoint.isAddress else { throw .address(endpoint.host) }
        if let refusal = refusal.withLock({ $0 }) { throw .kerberos(refusal, host: endpoint.host) }
        do {
            return .token(scheme: LoginScheme.negotiate.rawValue, try await tokens.negotiateToken(for: endpoint.host))
        } catch {
            if error.cause == .keyRefused { refusal.withLock { $0 = error } }
            throw .kerberos(error, host: endpoint.host)
        }
    }

    /// The server did not like the tickets.
    func discard() async {
        await tokens.discard()
    }

    /// An administrator wants another attempt.
    func allowAnotherAttempt() async {
        refusal.withLock { $0 = nil }
        await tokens.discard()
    }
}
