package import Availability
package import HTTPTransport

/// Kerberos alone: a token with each request.
package struct NegotiateLogin: EWSLogin {
    package let account: String
    private let proofs: TicketProofs

    /// - Parameter account: whose tickets, as messages name him.
    package init(account: String, tokens: any NegotiateTokens) {
        self.account = account
        proofs = TicketProofs(tokens)
    }

    package func proof(for endpoint: EWSEndpoint) async throws(SourceFailure) -> HTTPAuthentication {
        do {
            return try await proofs.proof(for: endpoint)
        } catch {
            throw error.failure(of: account)
        }
    }

    package func refusal(
        of proof: HTTPAuthentication,
        by endpoint: EWSEndpoint,
        headers: HTTPHeaders
    ) async -> LoginRefusal {
        await proofs.discard()
        return LoginRefusal(of: .negotiate, as: account, by: endpoint, offering: OfferedSchemes(headers))
    }

    package func allowAnotherAttempt() async {
        await proofs.allowAnotherAttempt()
    }
}
