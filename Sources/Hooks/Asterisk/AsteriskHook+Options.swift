package import Foundation
package import HTTPTransport

extension AsteriskHook {
    /// What the configuration says of it.
    package struct Options: Sendable {
        /// How the secret is shown.
        package enum Login: Hashable, Sendable {
            /// The secret itself is sent.
            case plain
            /// The secret is proven.
            case challenge
        }

        package var host: String
        package var port: UInt16
        /// Without TLS everybody on the way can read what is sent, and the secret with it where the login is plain.
        package var isSecured: Bool
        /// PEM certificates that are trusted instead of the system's.
        package var caFile: String?
        package var login: Login
        package var username: String
        package var secret: Secret
        package var telling: StateTelling
        /// Seconds that a delivery may take, the connection included.
        package var timeLimit: TimeInterval
        /// How many deliveries may be under way at once.
        package var concurrencyLimit: Int
        /// Seconds between signs of life.
        package var pingInterval: TimeInterval = 30

        package init(
            host: String,
            port: UInt16,
            isSecured: Bool,
            caFile: String?,
            login: Login,
            username: String,
            secret: Secret,
            telling: StateTelling,
            timeLimit: TimeInterval,
            concurrencyLimit: Int
        ) {
            self.host = host
            self.port = port
            self.isSecured = isSecured
            self.caFile = caFile
            self.login = login
            self.username = username
            self.secret = secret
            self.telling = telling
            self.timeLimit = timeLimit
            self.concurrencyLimit = concurrencyLimit
        }
    }
}
