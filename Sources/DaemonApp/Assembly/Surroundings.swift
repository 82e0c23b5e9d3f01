import Availability
import HTTPTransport
import Logging
import Store

/// What the daemon has from its start to its end, whatever the configuration says.
struct Surroundings: Sendable {
    let database: PresenceDatabase
    let scheduler: any Scheduler
    let feed: PresenceFeed
    let meters: Meters
    let client: HTTPClient
    /// `$CREDENTIALS_DIRECTORY`, where systemd lays the unit's credentials.
    let credentialsDirectory: String?
    let logger: Logger
}
