import Availability
import Foundation
import HTTPTransport
import OAuthMessages

/// Where an authority issues tokens.
struct TokenEndpoint: Sendable {
    let application: OAuthApplication
    let http: any HTTPSending
    let clock: any WallClock

    /// Asks once for a token. Redirects are not followed: they would show the secret to somebody else.
    func token(at now: Date) async throws(SourceFailure) -> TokenGrant {
        let request = try request(at: now)
        let response: HTTPResponse
        do {
            response = try await http.send(request)
        } catch {
            throw refusals.failure(error)
        }
        return try refusals.grant(in: response)
    }

    private var refusals: TokenFailureClassifier {
        TokenFailureClassifier(application: application, clock: clock)
    }

    private func request(at now: Date) throws(SourceFailure) -> HTTPRequest {
        HTTPRequest(
            method: "POST",
            url: application.tokenEndpoint,
            headers: [
                "Content-Type": TokenRequest.contentType, "Accept": "application/json", "User-Agent": "freebusyd",
            ],
            body: try body(at: now),
            trust: application.trust,
            limits: TransferLimits(connect: 15, firstByte: 30, stall: 15, whole: 60, bodyBytes: TokenGrant.largest)
        )
    }

    private func body(at now: Date) throws(SourceFailure) -> [UInt8] {
        let request = TokenRequest(clientID: application.clientID, scope: application.scope)
        switch application.proof {
        case .secret(let secret): return request.body(secret: secret.reveal())
        case .certificate(let identity):
            let assertion = ClientAssertion(
                clientID: application.clientID,
                audience: application.tokenEndpoint,
                issuedAt: now
            )
            do {
                return request.body(assertion: try assertion.signed(with: identity))
            } catch {
                throw refusals.failure(error)
            }
        }
    }
}
