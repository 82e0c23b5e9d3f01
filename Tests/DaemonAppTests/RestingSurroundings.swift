import Availability
import HTTPTransport
import Logging
import Store

@testable import DaemonApp

extension Surroundings {
    /// What an integration has that never runs, and says nothing.
    static func resting(
        _ database: PresenceDatabase,
        scheduler: any Scheduler,
        meters: Meters = Meters()
    ) -> Surroundings {
        Surroundings(
            database: database,
            scheduler: scheduler,
            feed: PresenceFeed(),
            meters: meters,
            client: HTTPClient(),
            credentialsDirectory: nil,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }
}
