import Availability
import Foundation
import PrometheusMetrics
import Store

/// Puts together what Prometheus is told: what was counted, and how everything is at this moment.
struct Scrape: Sendable {
    let meters: Meters
    let database: PresenceDatabase
    let process: ProcessReport

    /// The whole text.
    ///
    /// Whatever part of the daemon cannot tell how it is at the moment, the others do.
    func text(of integration: Integration, at now: Date) async -> String {
        let staleAfter = await integration.rules.staleAfter
        let state = StateReport(
            status: try? await integration.status(),
            figures: try? await database.figures(at: now, staleAfter: staleAfter),
            now: now
        )
        let families = meters.families + state.families + process.families
        return MetricsText(families.sorted { $0.name < $1.name }).text
    }
}
