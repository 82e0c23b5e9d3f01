import Availability
import HTTPTransport
import Logging
import Synchronization

/// Whether the clocks agree.
extension EWSConnector {
    /// Looks at the time that an answer carries, and tells when the clocks begin to differ and when they agree again.
    func noteTime(_ headers: HTTPHeaders, from endpoint: EWSEndpoint) {
        guard let time = headers["Date"].flatMap(HTTPDate.time) else { return }
        let now = clock.now
        switch clocks.withLock({ $0.met(time, at: now, from: endpoint.host) }) {
        case nil: break
        case .differ(let diagnosis):
            logger.warning(
                "Connector \(name): \(diagnosis.summary) \(diagnosis.remedy)",
                metadata: ["diagnosis": .stringConvertible(diagnosis)]
            )
        case .agreeAgain:
            logger.notice(
                "Connector \(name): The clocks of the server and of this machine agree again",
                metadata: ["event": "clocks-agree"]
            )
        }
    }
}
