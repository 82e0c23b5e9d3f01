import Availability
import Foundation
import PrometheusMetrics
import Synchronization

/// Everything that is counted while the daemon lives. It outlives reloads, so that no counter goes back.
///
/// Of connectors and hooks that a reload takes out of the configuration nothing is shown any more; what was counted is
/// kept, should they come back. That is bounded by the names that a configuration ever had.
final class Meters: RequestMeter, DeliveryMeter {
    /// The outcome of what went well.
    private static let ok = "ok"

    private struct Names {
        var connectors: Set<String> = []
        var hooks: Set<String> = []
    }

    private let requests = Counters<RequestLabels>(
        "freebusyd_requests_total",
        help: "Requests sent to Exchange, by operation and outcome: ok or the id of a diagnosis."
    )
    private let requestDurations = Histograms<OperationLabels>(
        "freebusyd_request_duration_seconds",
        help: "Time until the whole answer to a request was there, or it had failed; without streams.",
        bounds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]
    )
    private let openStreams = Gauges<ConnectorLabels>(
        "freebusyd_open_streams",
        help: "Streams of notifications that are open now."
    )
    private let missedChanges = Counters<ConnectorLabels>(
        "freebusyd_missed_changes_total",
        help: "Changes that were found by reading again and that no notification had told of."
    )
    private let deliveries = Counters<DeliveryLabels>(
        "freebusyd_deliveries_total",
        help: "Attempts of hooks to deliver an event, by outcome: ok or the id of a diagnosis."
    )
    private let changesToHooks = Histograms<HookLabels>(
        "freebusyd_change_to_hook_seconds",
        help: "Time from the second in which a change was decided until a hook had delivered it, retries included.",
        bounds: [1, 2, 3, 5, 10, 30, 60, 300, 900, 3_600]
    )
    private let resends = Counters<HookLabels>(
        "freebusyd_hook_resends_total",
        help: "How often a hook began to be told the whole state once more."
    )
    /// A mutex and not an actor, as the instruments themselves: looked at in passing.
    private let names = Mutex(Names())

    func ended(_ operation: String, of connector: String, failure: Diagnosis?, after duration: Duration?) {
        let outcome = failure?.id ?? Self.ok
        requests.count(RequestLabels(connector: connector, operation: operation, outcome: outcome))
        guard let duration else { return }
        requestDurations.observe(duration / .seconds(1), OperationLabels(connector: connector, operation: operation))
    }

    func channelOpened(of connector: String) {
        openStreams.change(ConnectorLabels(connector: connector), by: 1)
    }

    func channelClosed(of connector: String) {
        openStreams.change(ConnectorLabels(connector: connector), by: -1)
    }

    func delivered(_ entry: OutboxEntry, at time: Date) {
        deliveries.count(DeliveryLabels(hook: entry.hook, outcome: Self.ok))
        // Negative where the clock was set back in between.
        let seconds = max(0, time.timeIntervalSince(entry.event.at))
        changesToHooks.observe(seconds, HookLabels(hook: entry.hook))
    }

    func failed(_ entry: OutboxEntry, _ failure: HookFailure) {
        deliveries.count(DeliveryLabels(hook: entry.hook, outcome: failure.diagnosis.id))
    }

    func resent(_ hook: String) {
        resends.count(HookLabels(hook: hook))
    }

    func missedChange(of connector: String) {
        missedChanges.count(ConnectorLabels(connector: connector))
    }

    /// Shows what is counted of these from now on, and of no others. What could have been counted and was not is shown
    /// as 0: Prometheus sees a rise only from what it has seen.
    func show(connectors: some Sequence<String>, hooks: some Sequence<String>) {
        let shown = Names(connectors: Set(connectors), hooks: Set(hooks))
        for connector in shown.connectors {
            openStreams.change(ConnectorLabels(connector: connector), by: 0)
            missedChanges.expect(ConnectorLabels(connector: connector))
        }
        for hook in shown.hooks {
            deliveries.expect(DeliveryLabels(hook: hook, outcome: Self.ok))
            changesToHooks.expect(HookLabels(hook: hook))
            resends.expect(HookLabels(hook: hook))
        }
        names.withLock { $0 = shown }
    }

    /// What was counted, for a scrape.
    var families: [MetricFamily] {
        let shown = names.withLock(\.self)
        return [
            requests.family { shown.connectors.contains($0.connector) },
            requestDurations.family { shown.connectors.contains($0.connector) },
            openStreams.family { shown.connectors.contains($0.connector) },
            missedChanges.family { shown.connectors.contains($0.connector) },
            deliveries.family { shown.hooks.contains($0.hook) },
            changesToHooks.family { shown.hooks.contains($0.hook) },
            resends.family { shown.hooks.contains($0.hook) },
        ]
    }
}
