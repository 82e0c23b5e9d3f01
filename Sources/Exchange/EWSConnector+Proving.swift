import Availability
import HTTPTransport
import Logging

/// Requests that prove who asks.
extension EWSConnector {
    /// More proofs than there are schemes are never tried for one request.
    private static let mostProofs = 4

    /// Sends a request with a proof of who asks, and once more with another one where the server wants that.
    ///
    /// - Parameter head: of an answer, whatever its kind.
    /// - Throws: where the request could not be sent, or was not let in.
    func proven<Answer>(
        head: (Answer) -> (status: Int, headers: HTTPHeaders),
        send: (EWSEndpoint, HTTPAuthentication) async throws(HTTPError) -> Answer
    ) async throws(ProvenFailure) -> Answer {
        let endpoint: EWSEndpoint
        do {
            endpoint = try await options.place.endpoint()
        } catch {
            // Whoever was asked for the place has refused the login: nobody else is shown it.
            if error.retry == .never { refuse(error) }
            throw .notLetIn(error)
        }
        if let foreign = ForeignServer(endpoint) { throw .notLetIn(SourceFailure(foreign.diagnosis, retry: .never)) }
        for attempt in 1... {
            let answer: Answer
            let proof: HTTPAuthentication
            do {
                proof = try await options.login.proof(for: endpoint)
            } catch {
                // It may have asked the server, and have found it gone.
                await options.place.failed(at: endpoint, error.diagnosis)
                throw notLetIn(error)
            }
            do {
                answer = try await send(endpoint, proof)
            } catch {
                await options.place.failed(at: endpoint, classifier.failure(error).diagnosis)
                throw .notSent(error)
            }
            let (status, headers) = head(answer)
            noteTime(headers, from: endpoint)
            guard status == 401 else { return answer }
            switch await options.login.refusal(of: proof, by: endpoint, headers: headers) {
            case .another where attempt < Self.mostProofs: continue
            case .another:
                throw notLetIn(SourceFailure(.endlessRefusals(of: options.login.account), retry: .later))
            case .failed(let failure, let isFinal):
                if isFinal { refuse(failure) }
                throw notLetIn(failure)
            }
        }
        preconditionFailure("the range has no end")
    }

    /// Whoever waits to try the same login need not: he would be told the same, unless it is about this request alone.
    private func notLetIn(_ failure: SourceFailure) -> ProvenFailure {
        if !failure.isOfRequest { gate.disappoint(failure) }
        return .notLetIn(failure)
    }

    func refuse(_ failure: SourceFailure) {
        gate.close(failure)
        logger.error(
            "The server refused the password; it is not sent again",
            metadata: ["event": "password-refused"]
        )
    }

    /// Why there is no answer, or none but a closed door.
    enum ProvenFailure: Error {
        case notSent(HTTPError)
        case notLetIn(SourceFailure)
    }
}
