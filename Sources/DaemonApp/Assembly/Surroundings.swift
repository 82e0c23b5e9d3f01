import Availability
import HTTPTransport
import Logging

/// What connectors and hooks are built with, whatever the configuration says.
struct Surroundings: Sendable {
    let scheduler: any Scheduler
    let meters: Meters
    let client: HTTPClient
    /// `$CREDENTIALS_DIRECTORY`, where systemd lays the unit's credentials.
    let credentialsDirectory: String?
    let logger: Logger
}
