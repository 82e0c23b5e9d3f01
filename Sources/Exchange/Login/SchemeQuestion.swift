import Availability
import HTTPTransport

/// A request without any proof, to learn from its refusal what proofs a server takes.
struct SchemeQuestion: Sendable {
    let http: any HTTPSending
    let trust: TrustOptions
    let user: String
    let clock: any WallClock

    /// - Returns: what is offered, nothing where the server lets everybody in; or why it does not look like a server that
    ///   could be logged in to.
    func ask(_ endpoint: EWSEndpoint) async -> Result<OfferedSchemes, SourceFailure> {
        let classifier = FailureClassifier(endpoint: endpoint, user: user, clock: clock)
        let request = HTTPRequest(
            method: "POST",
            url: endpoint.url,
            headers: ["Content-Type": "text/xml; charset=utf-8", "User-Agent": "freebusyd"],
            trust: trust,
            limits: TransferLimits(firstByte: 30, whole: 60, bodyBytes: 1 << 20)
        )
        do throws(HTTPError) {
            let response = try await http.send(request)
            if response.status != 401, let failure = classifier.failure(response) { return .failure(failure) }
            return .success(OfferedSchemes(response.headers))
        } catch {
            return .failure(classifier.failure(error))
        }
    }
}

extension OfferedSchemes {
    /// For the log.
    var text: String { names.isEmpty ? "no particular login" : excerpt(names.joined(separator: ", ")) }
}
