import Availability
import HTTPTransport

/// Questions that prove who asks, to hosts that are trusted with that.
extension Autodiscover {
    /// Why there is no answer, or none but a closed door.
    enum LoginTrouble: Error {
        case noAnswer(HTTPError)
        /// Not to be tried again by itself where the failure says so.
        case notLetIn(SourceFailure)
    }

    /// More proofs than there are schemes are never tried for one question.
    private static let mostProofs = 4

    /// Sends a question with a proof of who asks, and once more with another one where the server wants that.
    func loggedIn(
        _ server: AutodiscoverServer,
        _ url: String,
        _ body: [UInt8]
    ) async throws(LoginTrouble) -> HTTPResponse {
        guard trusted.contain(server.endpoint.host) else {
            let failure = Diagnosis.autodiscoverUntrusted(server.endpoint.host, domain: String(options.address.domain))
            throw .notLetIn(SourceFailure(failure, retry: .later))
        }
        for attempt in 1... {
            let proof: HTTPAuthentication
            do {
                proof = try await login.proof(for: server.endpoint)
            } catch {
                throw .notLetIn(error)
            }
            let response: HTTPResponse
            do {
                response = try await http.send(request(url, body, proof))
            } catch {
                throw .noAnswer(error)
            }
            guard response.status == 401 else { return response }
            switch await login.refusal(of: proof, by: server.endpoint, headers: response.headers) {
            case .another where attempt < Self.mostProofs: continue
            case .another:
                throw .notLetIn(SourceFailure(.endlessRefusals(of: login.account), retry: .later))
            case .failed(let failure, let isFinal):
                throw .notLetIn(SourceFailure(failure.diagnosis, retry: isFinal ? .never : .later))
            }
        }
        preconditionFailure("the range has no end")
    }

    private func request(_ url: String, _ body: [UInt8], _ proof: HTTPAuthentication) -> HTTPRequest {
        HTTPRequest(
            method: "POST",
            url: url,
            headers: [
                "Content-Type": "text/xml; charset=utf-8", "Accept": "text/xml", "User-Agent": "freebusyd",
            ],
            body: body,
            authentication: proof,
            trust: options.trust,
            limits: TransferLimits(connect: 5, firstByte: 20, stall: 10, whole: 30, bodyBytes: 4 << 20)
        )
    }
}
