import Availability
import ControlAPI
import Foundation
import PrometheusMetrics
import Store
import TestSupport
import Testing

@testable import DaemonApp

@Suite("How everything is, as metrics")
struct StateReportTests {
    private let now = time("2026-11-23T10:00:00Z")

    private func connector(_ name: String, _ state: ConnectorReport.State, enabled: Bool = true) -> ConnectorReport {
        var subscriptions = SubscriptionCounts()
        subscriptions.active = 7
        subscriptions.failed = 2
        return ConnectorReport(
            name: name,
            enabled: enabled,
            state: state,
            ewsURL: "https://mail.example.com/EWS/Exchange.asmx",
            serverVersion: nil,
            serverProduct: nil,
            notification: "streaming",
            subscriptions: subscriptions,
            nextTryAt: nil,
            lastError: nil
        )
    }

    private func status(_ connectors: [ConnectorReport], nextScanAt: Date? = nil) -> StatusReply {
        StatusReply(
            version: "1",
            state: .online,
            startedAt: now,
            users: ControlAPI.UserCounts(),
            connectors: connectors,
            scan: ScanReport(lastStartedAt: nil, lastFinishedAt: nil, nextAt: nextScanAt, mailboxes: 0, failed: 0),
            hooks: []
        )
    }

    private func lines(_ report: StateReport, _ beginning: String) -> [String] {
        MetricsText(report.families).text.split(separator: "\n").map(String.init).filter { $0.hasPrefix(beginning) }
    }

    @Test("users are shown by presence and freshness, the kinds without anybody too")
    func users() {
        var figures = StoreFigures()
        figures.users[.init(presence: .meeting, freshness: .fresh)] = 3
        figures.users[.init(presence: .unknown, freshness: .unknown)] = 1
        figures.disabledUsers = 4
        let report = StateReport(status: nil, figures: figures, now: now)
        let users = lines(report, "freebusyd_users{")
        #expect(users.count == 12)
        #expect(users.contains(#"freebusyd_users{presence="meeting",freshness="fresh"} 3"#))
        #expect(users.contains(#"freebusyd_users{presence="unknown",freshness="unknown"} 1"#))
        #expect(users.filter { $0.hasSuffix(" 0") }.count == 10)
        #expect(lines(report, "freebusyd_disabled_users") == ["freebusyd_disabled_users 4"])
    }

    @Test("connectors are online or not, and those that are switched off are not shown")
    func connectors() {
        let connectors = [
            connector("hq", .online), connector("branch", .offline), connector("old", .disabled, enabled: false),
            connector("new", .refused),
        ]
        let report = StateReport(status: status(connectors), figures: nil, now: now)
        #expect(
            lines(report, "freebusyd_connector_online") == [
                #"freebusyd_connector_online{connector="hq"} 1"#, #"freebusyd_connector_online{connector="branch"} 0"#,
                #"freebusyd_connector_online{connector="new"} 0"#,
            ]
        )
        #expect(
            lines(report, #"freebusyd_subscriptions{connector="hq""#) == [
                #"freebusyd_subscriptions{connector="hq",state="active"} 7"#,
                #"freebusyd_subscriptions{connector="hq",state="pending"} 0"#,
                #"freebusyd_subscriptions{connector="hq",state="failed"} 2"#,
            ]
        )
        #expect(lines(report, "freebusyd_integration_running") == ["freebusyd_integration_running 1"])
    }

    @Test("while the integration is not running, what is stored is told, and that it is not running")
    func notRunning() {
        let report = StateReport(status: nil, figures: StoreFigures(), now: now)
        #expect(lines(report, "freebusyd_integration_running") == ["freebusyd_integration_running 0"])
        #expect(lines(report, "freebusyd_connector_online").isEmpty)
        #expect(lines(report, "freebusyd_users{").count == 12)
    }

    @Test("without the database nothing is claimed of users, scans and events")
    func noDatabase() {
        let report = StateReport(status: nil, figures: nil, now: now)
        #expect(
            Set(lines(report, "freebusyd_").map { $0.prefix { $0 != " " && $0 != "{" } }) == [
                "freebusyd_build_info", "freebusyd_integration_running",
            ]
        )
    }

    @Test(
        "an event is as old as its decision, a hook that has none waiting is 0, and a clock set back makes nothing negative"
    )
    func outbox() {
        var figures = StoreFigures()
        figures.backlogs = [
            "phone": .init(events: 2, oldestAt: now - 90), "wall": .init(),
            "door": .init(events: 1, oldestAt: now + 60),
        ]
        let report = StateReport(status: nil, figures: figures, now: now)
        #expect(
            lines(report, "freebusyd_outbox") == [
                #"freebusyd_outbox_events{hook="door"} 1"#,
                #"freebusyd_outbox_events{hook="phone"} 2"#,
                #"freebusyd_outbox_events{hook="wall"} 0"#,
                #"freebusyd_outbox_oldest_event_age_seconds{hook="door"} 0"#,
                #"freebusyd_outbox_oldest_event_age_seconds{hook="phone"} 90"#,
                #"freebusyd_outbox_oldest_event_age_seconds{hook="wall"} 0"#,
            ]
        )
    }

    @Test("the last scan that ended is told with its length, and when the next one begins")
    func scan() {
        var figures = StoreFigures()
        figures.lastScan = ScanRecord(startedAt: now - 100, finishedAt: now - 40, mailboxes: 10, failed: 3)
        let report = StateReport(status: status([], nextScanAt: now + 500), figures: figures, now: now)
        // 2026-11-23T10:00:00Z is 1,795,428,000 seconds after 1970 by `date --utc --date=2026-11-23T10:00 +%s`.
        #expect(
            lines(report, "freebusyd_scan") == [
                "freebusyd_scan_duration_seconds 60", "freebusyd_scan_finished_timestamp_seconds 1795427960",
                "freebusyd_scan_mailboxes 10", "freebusyd_scan_failed_mailboxes 3",
                "freebusyd_scan_next_timestamp_seconds 1795428500",
            ]
        )
    }
}
