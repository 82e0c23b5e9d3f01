import Availability
import Foundation
import PrometheusMetrics
import TestSupport
import Testing

@testable import DaemonApp

@Suite("What is counted while the daemon lives")
struct MetersTests {
    private let meters = Meters()
    private let busy = Diagnosis(id: "server.busy", summary: "The server is busy.", remedy: "Wait.")

    init() {
        meters.show(connectors: ["hq", "branch"], hooks: ["phone"])
    }

    /// The samples as lines of the text.
    private func lines(_ beginning: String) -> [String] {
        MetricsText(meters.families).text.split(separator: "\n").map(String.init).filter { $0.hasPrefix(beginning) }
    }

    private func entry(of hook: String = "phone", decided: Date) throws -> OutboxEntry {
        let event = PresenceEvent(
            id: "1",
            user: try #require(MailboxAddress("alice@example.com")),
            phoneExtension: nil,
            current: CurrentPresence(
                presence: .meeting,
                reason: .appointment,
                since: decided,
                until: nil,
                announcement: nil,
                sequence: 1
            ),
            previous: .available,
            freshness: .fresh,
            at: decided
        )
        return OutboxEntry(hook: hook, event: event, attempts: 0)
    }

    @Test("requests are counted by connector, operation and outcome, and timed by operation")
    func requests() {
        meters.ended("GetUserAvailability", of: "hq", failure: nil, after: .milliseconds(250))
        meters.ended("GetUserAvailability", of: "hq", failure: nil, after: .seconds(4))
        meters.ended("GetUserAvailability", of: "hq", failure: busy, after: .milliseconds(500))
        #expect(
            lines("freebusyd_requests_total") == [
                #"freebusyd_requests_total{connector="hq",operation="GetUserAvailability",outcome="ok"} 2"#,
                #"freebusyd_requests_total{connector="hq",operation="GetUserAvailability",outcome="server.busy"} 1"#,
            ]
        )
        let labels = #"connector="hq",operation="GetUserAvailability""#
        #expect(
            lines("freebusyd_request_duration_seconds_sum") == [
                "freebusyd_request_duration_seconds_sum{\(labels)} 4.75"
            ]
        )
        #expect(lines("freebusyd_request_duration_seconds_bucket{\(labels),le=\"0.25\"}").map { $0.last } == ["1"])
        #expect(lines("freebusyd_request_duration_seconds_bucket{\(labels),le=\"0.5\"}").map { $0.last } == ["2"])
    }

    @Test("streams are counted while they are open, and not timed")
    func streams() {
        meters.ended("GetStreamingEvents", of: "hq", failure: nil, after: nil)
        meters.channelOpened(of: "hq")
        meters.channelOpened(of: "hq")
        meters.channelClosed(of: "hq")
        #expect(
            lines("freebusyd_open_streams") == [
                #"freebusyd_open_streams{connector="branch"} 0"#, #"freebusyd_open_streams{connector="hq"} 1"#,
            ]
        )
        #expect(lines("freebusyd_request_duration_seconds").isEmpty)
        #expect(lines("freebusyd_requests_total").count == 1)
    }

    @Test("deliveries are counted by outcome, and timed from the decision")
    func deliveries() throws {
        let decided = time("2026-11-23T10:00:00Z")
        meters.delivered(try entry(decided: decided), at: decided + 1.5)
        meters.delivered(try entry(decided: decided), at: decided - 3_600)
        meters.failed(try entry(decided: decided), HookFailure(busy, retry: .later))
        #expect(
            lines("freebusyd_deliveries_total") == [
                #"freebusyd_deliveries_total{hook="phone",outcome="ok"} 2"#,
                #"freebusyd_deliveries_total{hook="phone",outcome="server.busy"} 1"#,
            ]
        )
        #expect(
            lines("freebusyd_change_to_hook_seconds_sum") == [
                #"freebusyd_change_to_hook_seconds_sum{hook="phone"} 1.5"#
            ]
        )
        #expect(lines(#"freebusyd_change_to_hook_seconds_bucket{hook="phone",le="1"}"#).map { $0.last } == ["1"])
    }

    @Test("what has not happened yet is 0 for all that are in the configuration")
    func zeros() {
        #expect(
            lines("freebusyd_missed_changes_total") == [
                #"freebusyd_missed_changes_total{connector="branch"} 0"#,
                #"freebusyd_missed_changes_total{connector="hq"} 0"#,
            ]
        )
        #expect(lines("freebusyd_deliveries_total") == [#"freebusyd_deliveries_total{hook="phone",outcome="ok"} 0"#])
        #expect(
            lines("freebusyd_change_to_hook_seconds_count") == [
                #"freebusyd_change_to_hook_seconds_count{hook="phone"} 0"#
            ]
        )
    }

    @Test("who has left the configuration is not shown, and comes back with all that was counted")
    func reload() throws {
        let decided = time("2026-11-23T10:00:00Z")
        meters.ended("Subscribe", of: "hq", failure: nil, after: .seconds(1))
        meters.missedChange(of: "branch")
        meters.delivered(try entry(decided: decided), at: decided)
        meters.show(connectors: ["branch"], hooks: ["wall"])
        let text = MetricsText(meters.families).text
        #expect(!text.contains(#""hq""#) && !text.contains(#""phone""#))
        #expect(lines("freebusyd_missed_changes_total") == [#"freebusyd_missed_changes_total{connector="branch"} 1"#])
        // What was under way when the configuration changed.
        meters.ended("Subscribe", of: "hq", failure: nil, after: .seconds(1))
        meters.show(connectors: ["branch", "hq"], hooks: ["phone"])
        #expect(lines("freebusyd_requests_total").map { $0.last } == ["2"])
        #expect(lines("freebusyd_deliveries_total") == [#"freebusyd_deliveries_total{hook="phone",outcome="ok"} 1"#])
    }
}
