import Availability
import ControlAPI
import Foundation
import PrometheusMetrics
import Store

/// How users, connectors, scans and hooks are at a scrape, as metrics. What is not known is left out.
struct StateReport {
    /// `nil` while the integration is not running.
    var status: StatusReply?
    /// `nil` where the database cannot be read.
    var figures: StoreFigures?
    var now: Date

    var families: [MetricFamily] {
        [
            MetricFamily(
                "freebusyd_build_info",
                .gauge,
                help: "1, with the version of the program.",
                [MetricFamily.Sample(1, labels: [MetricFamily.Label("version", DaemonVersion.text)])]
            ),
            MetricFamily(
                "freebusyd_integration_running",
                .gauge,
                help: "1 while the integration is running, 0 while it is starting or being reloaded.",
                value: status == nil ? 0 : 1
            ),
        ] + userFamilies + connectorFamilies + scanFamilies + hookFamilies + storeFamilies
    }

    private var userFamilies: [MetricFamily] {
        guard let figures else { return [] }
        // All kinds, also those without anybody, so that a series never comes to its end.
        let users = Presence.allCases.flatMap { presence in
            Freshness.allCases.map { freshness in
                let group = StoreFigures.UserGroup(presence: presence, freshness: freshness)
                return MetricFamily.Sample(
                    Double(figures.users[group] ?? 0),
                    labels: [.init("presence", presence.rawValue), .init("freshness", freshness.rawValue)]
                )
            }
        }
        return [
            MetricFamily(
                "freebusyd_users",
                .gauge,
                help: "Enabled users, by what the telephone shows of them and how fresh their calendar is.",
                users
            ),
            MetricFamily(
                "freebusyd_disabled_users",
                .gauge,
                help: "Users whose calendar integration is switched off.",
                value: Double(figures.disabledUsers)
            ),
        ]
    }

    private var connectorFamilies: [MetricFamily] {
        let connectors = (status?.connectors ?? []).filter(\.enabled)
        let online = connectors.map { connector in
            MetricFamily.Sample(connector.state == .online ? 1 : 0, labels: [.init("connector", connector.name)])
        }
        let subscriptions = connectors.flatMap { connector in
            let counts = connector.subscriptions
            return [("active", counts.active), ("pending", counts.pending), ("failed", counts.failed)].map {
                MetricFamily.Sample(Double($1), labels: [.init("connector", connector.name), .init("state", $0)])
            }
        }
        return [
            MetricFamily(
                "freebusyd_connector_online",
                .gauge,
                help: "1 where the newest request of an enabled connector was answered, else 0.",
                online
            ),
            MetricFamily(
                "freebusyd_subscriptions",
                .gauge,
                help: "Mailboxes by how their subscription is: active, pending (still to be asked for) or failed.",
                subscriptions
            ),
        ]
    }

    private var scanFamilies: [MetricFamily] {
        var families: [MetricFamily] = []
        if let scan = figures?.lastScan, let finishedAt = scan.finishedAt {
            families = [
                ("freebusyd_scan_duration_seconds", "How long the last scan took.", finishedAt - scan.startedAt),
                (
                    "freebusyd_scan_finished_timestamp_seconds", "When the last scan ended.",
                    finishedAt.timeIntervalSince1970
                ),
                ("freebusyd_scan_mailboxes", "Mailboxes that the last scan was to read.", Double(scan.mailboxes)),
                (
                    "freebusyd_scan_failed_mailboxes", "Mailboxes that the last scan could not read.",
                    Double(scan.failed)
                ),
            ].map { MetricFamily($0, .gauge, help: $1, value: $2) }
        }
        if let nextAt = status?.scan.nextAt {
            families.append(
                MetricFamily(
                    "freebusyd_scan_next_timestamp_seconds",
                    .gauge,
                    help: "When the next scan begins.",
                    value: nextAt.timeIntervalSince1970
                )
            )
        }
        return families
    }

    private var hookFamilies: [MetricFamily] {
        let reachable = (status?.hooks ?? []).map { hook in
            let isReachable = hook.state != .paused && hook.state != .disabled
            return MetricFamily.Sample(isReachable ? 1 : 0, labels: [.init("hook", hook.name)])
        }
        return [
            MetricFamily(
                "freebusyd_hook_reachable",
                .gauge,
                help: "1 where the receiver of a hook can be told, 0 while it is out of reach or wants nothing more.",
                reachable
            )
        ]
    }

    private var storeFamilies: [MetricFamily] {
        guard let figures else { return [] }
        let backlogs = figures.backlogs.sorted { $0.key < $1.key }
        return [
            MetricFamily(
                "freebusyd_outbox_events",
                .gauge,
                help: "Events that wait to be delivered by a hook or are being delivered.",
                backlogs.map { hook, backlog in
                    MetricFamily.Sample(Double(backlog.events), labels: [.init("hook", hook)])
                }
            ),
            MetricFamily(
                "freebusyd_outbox_oldest_event_age_seconds",
                .gauge,
                help: "Time since the oldest of these changes was decided; 0 where none waits.",
                backlogs.map { hook, backlog in
                    let age = backlog.oldestAt.map { max(0, now.timeIntervalSince($0)) } ?? 0
                    return MetricFamily.Sample(age, labels: [.init("hook", hook)])
                }
            ),
            MetricFamily(
                "freebusyd_database_size_bytes",
                .gauge,
                help: "Size of the database on disk, its write-ahead log included.",
                value: Double(figures.size)
            ),
        ]
    }
}

/// Seconds from the second moment to the first, never negative: the clock may have been set back.
private func - (later: Date, earlier: Date) -> Double { max(0, later.timeIntervalSince(earlier)) }
