package import NameService
package import SIPMessages

/// A way to a SIP server (RFC 3263, 4).
package struct ServerLocation: Hashable, Sendable {
    package var transport: SIPTransport
    /// Whom the certificate must name: the server as it was configured, whatever the DNS says, which anybody might have
    /// said (RFC 5922, 4 and 7.2).
    package var name: String
    /// Whose addresses these are.
    package var host: String
    /// Not empty, in the order in which they are to be tried.
    package var addresses: [HostAddress]
    package var port: UInt16
    /// Those of the same rank are equals: which of them goes first was drawn.
    package var rank: Int
}

extension NameService {
    /// The ways to a server, not empty, in the order in which they are to be tried: the next when one fails.
    ///
    /// Takes as many questions as ``LocationSearch`` asks, each of which takes as long as this waits for an answer.
    ///
    /// - Parameters:
    ///   - port: asks for addresses only.
    ///   - transport: asks for no other.
    ///   - drawer: who draws among equals, and comes to the same order each time.
    package func locations(
        of host: String,
        port: UInt16?,
        transport: SIPTransport?,
        drawnFor drawer: String
    ) async throws(NameServiceError) -> [ServerLocation] {
        var draw = LastingDraw(for: drawer)
        var search = LocationSearch(host: host, port: port, transport: transport) { .random(in: $0, using: &draw) }
        while let question = search.question {
            do throws(NameServiceError) {
                switch question {
                case .pointers(let domain): search.found(try await pointers(domain))
                case .services(let name): search.found(try await services(name))
                case .addresses(let host): search.found(try await addresses(of: host))
                }
            } catch {
                // Nobody waits any more.
                if error == .cancelled { throw error }
                search.failed(error)
            }
        }
        guard !search.locations.isEmpty else { throw search.failure ?? .noSuchRecord }
        return search.locations
    }
}
