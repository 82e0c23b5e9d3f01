import Availability
import HTTPTransport
import Logging
import Store

/// What the daemon has from its start to its end, whatever the configuration says.
struct IntegrationSurroundings: Sendable {
    let database: PresenceDatabase
    let feed: PresenceFeed
    /// What its connectors and hooks are built with.
    let parts: Surroundings

    var scheduler: any Scheduler { parts.scheduler }
    var meters: Meters { parts.meters }
    var client: HTTPClient { parts.client }
    var logger: Logger { parts.logger }
}
