package import Foundation
package import HTTPTransport
package import SIPMessages

extension SIPPublishHook {
    /// What the configuration says of a presence server.
    package struct Options: Hashable, Sendable {
        /// A host name or address; or a domain, where neither port nor transport say more (RFC 3263).
        package var host: String
        package var port: UInt16?
        package var transport: SIPTransport?
        package var presentity: Presentity
        package var credentials: Credentials?
        /// Seconds that a publication lives without being refreshed.
        package var expires: TimeInterval = 3_600
        package var note = Note.internalText
        /// PEM certificates that are trusted instead of the system's.
        package var caFile: String?
        /// Seconds that one request may take.
        package var timeLimit: TimeInterval = 10
        /// The name of the machine, by which servers of the same rank are drawn: several machines share them.
        package var machine = ""
        /// How many requests, deliveries and refreshes together, may be under way at once.
        package var concurrencyLimit = 20

        package init(host: String, port: UInt16? = nil, transport: SIPTransport? = nil, presentity: Presentity) {
            self.host = host
            self.port = port
            self.transport = transport
            self.presentity = presentity
        }

        /// Server and transport, for people.
        var target: String {
            let place = host.contains(":") ? "[\(host)]" : host
            let port = port.map { ":\($0)" } ?? ""
            let transport = transport.map { ";transport=\($0.rawValue)" } ?? ""
            return "sip:\(place)\(port)\(transport)"
        }
    }

    /// For digest authentication.
    package struct Credentials: Hashable, Sendable {
        package var username: String
        package var password: Secret

        package init(username: String, password: Secret) {
            self.username = username
            self.password = password
        }
    }

    /// What watchers read of an absence.
    package enum Note: Hashable, Sendable {
        case internalText, externalText, none
    }
}
