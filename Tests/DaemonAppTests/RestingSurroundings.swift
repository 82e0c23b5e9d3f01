import Availability
import HTTPTransport
import Logging
import Store

@testable import DaemonApp

extension IntegrationSurroundings {
    /// What an integration has that never runs, and says nothing.
    static func resting(
        _ database: PresenceDatabase,
        scheduler: any Scheduler,
        meters: Meters = Meters()
    ) -> IntegrationSurroundings {
        IntegrationSurroundings(
            database: database,
            feed: PresenceFeed(),
            parts: Surroundings(
                scheduler: scheduler,
                meters: meters,
                client: HTTPClient(),
                credentialsDirectory: nil,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
        )
    }
}
