import Availability
import ControlAPI
import Foundation
import Hooks
import PresenceEngine
import Store
import TestSupport
import Testing

@testable import ConfigurationFile
@testable import DaemonApp

@Suite("What the daemon says of itself")
struct ReportTests {
    private let now = time("2026-11-23T09:30:00Z")

    @Test("a change is the same object to hooks and to those who watch")
    func oneObject() throws {
        let event = PresenceEvent(
            id: "E1",
            user: try #require(MailboxAddress("alice@example.com")),
            phoneExtension: "201",
            current: CurrentPresence(
                presence: .away,
                reason: .automaticReply,
                since: time("2026-11-23T09:00:00Z"),
                until: nil,
                announcement: Announcement(internalText: "Back on \"Friday\"/…", externalText: ""),
                sequence: 7
            ),
            previous: .meeting,
            freshness: .stale,
            at: now
        )
        #expect(try EventJSON.encode(event) == ControlJSON.encode(PresenceChange(event)))
    }

    private let busy = BusyInterval(
        start: time("2026-11-23T10:00:00Z"),
        end: time("2026-11-23T11:00:00Z"),
        busyType: .busy
    )

    private func record() throws -> UserRecord {
        let covered = TimeWindow(start: time("2026-11-23T00:00:00Z"), end: time("2026-12-01T00:00:00Z"))
        return UserRecord(
            user: User(address: try #require(MailboxAddress("alice@example.com")), connector: "hq"),
            knowledge: MailboxKnowledge(
                calendar: CalendarKnowledge(intervals: [busy], covered: covered, readAt: now - 60, source: "hq")
            ),
            current: CurrentPresence(
                presence: .available,
                reason: .none,
                since: covered.start,
                until: busy.start,
                announcement: nil,
                sequence: 1
            )
        )
    }

    @Test(
        "nothing is fresh outside of what was read",
        arguments: [
            ("2026-11-22T23:59:59Z", "unknown"), ("2026-11-23T00:00:00Z", "fresh"),
            ("2026-11-29T00:00:00Z", "fresh"), ("2026-12-01T00:00:00Z", "unknown"),
        ]
    )
    func freshness(moment: String, freshness: String) throws {
        let detail = UserDetail(
            try record(),
            subscription: nil,
            switchedOff: nil,
            rules: PresenceRules(),
            at: time(moment),
            now: now,
            zone: .gmt
        )
        #expect(detail.summary.freshness == freshness)
    }

    @Test("the explanation tells times in the zone asked for")
    func zone() throws {
        let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
        let detail = UserDetail(
            try record(),
            subscription: nil,
            switchedOff: nil,
            rules: PresenceRules(),
            at: nil,
            now: now,
            zone: berlin
        )
        #expect(detail.explanation.last == "so the presence is available until 11:00")
    }

    @Test("what is asked for another time is assessed for that time, from what is stored")
    func detailAtAnotherTime() throws {
        let record = try record()
        let later = UserDetail(
            record,
            subscription: nil,
            switchedOff: nil,
            rules: PresenceRules(),
            at: busy.start,
            now: now,
            zone: .gmt
        )
        #expect(later.summary.presence == "meeting")
        #expect(later.summary.until == busy.end)
        #expect(later.summary.dataAgeSeconds == 60)
        #expect(later.appointments.map(\.start) == [busy.start])
        let present = UserDetail(
            record,
            subscription: nil,
            switchedOff: nil,
            rules: PresenceRules(),
            at: nil,
            now: now,
            zone: .gmt
        )
        #expect(present.summary.presence == "available")
        #expect(present.summary.until == busy.start)
    }

    @Test(
        "the state as a whole follows from the connectors and the first scan",
        arguments: [
            ([ConnectorHealth.Phase.online, .online], true, StatusReply.State.online),
            ([.online, .online], false, .starting),
            ([.online, .connecting], true, .starting),
            ([.online, .waiting(until: time("2026-11-23T09:31:00Z"))], true, .degraded),
            ([.online, .refused], false, .degraded),
            ([.waiting(until: time("2026-11-23T09:31:00Z")), .refused], true, .offline),
            ([], true, .disabled),
        ]
    )
    func state(phases: [ConnectorHealth.Phase], isScanned: Bool, expected: StatusReply.State) throws {
        #expect(try report(phases: phases, isScanned: isScanned).state == expected)
    }

    @Test("a connector that waits says when it is asked again, in whole seconds, and no other does")
    func nextTry() throws {
        let until = time("2026-11-23T09:31:00Z")
        let reply = try report(phases: [.waiting(until: until + 0.5), .refused, .online, .connecting])
        #expect(reply.connectors.map(\.nextTryAt) == [until, nil, nil, nil])
    }

    @Test(
        "a hook with events that waited already when a delivery failed is failing, and makes the whole degraded",
        arguments: [(0, nil, .ok), (3, nil, .ok), (0, 5, .ok), (3, 5, .failing), (3, 90, .failing), (3, 91, .ok)]
            as [(Int, TimeInterval?, HookReport.State)]
    )
    func failingHook(queued: Int, failedAgo: TimeInterval?, expected: HookReport.State) throws {
        let statistics = OutboxStatistics(
            queued: queued,
            delivered: 1,
            failed: 1,
            lastError: failedAgo.map { _ in "exit status 7" },
            lastErrorAt: failedAgo.map { now - $0 },
            oldestAt: queued > 0 ? now - 90 : nil
        )
        let report = try report(phases: [.online], hook: statistics)
        #expect(report.hooks.map(\.state) == [expected])
        #expect(report.state == (expected == .ok ? .online : .degraded))
    }

    @Test(
        "a hook whose receiver is out of reach is paused, one whose receiver wants nothing more disabled",
        arguments: [
            (nil, 300.5, .paused, 300), (nil, 0, .paused, nil), (nil, -5, .paused, nil), (60, nil, .disabled, nil),
            (60, 300, .disabled, nil),
        ] as [(TimeInterval?, TimeInterval?, HookReport.State, TimeInterval?)]
    )
    func unreachable(
        disabledAgo: TimeInterval?,
        pause: TimeInterval?,
        expected: HookReport.State,
        retry: TimeInterval?
    ) throws {
        let statistics = OutboxStatistics(disabledAt: disabledAgo.map { now - $0 })
        let report = try report(phases: [.online], hook: statistics, pause: pause)
        let hook = try #require(report.hooks.first)
        #expect(hook.state == expected && hook.target == "/bin/true")
        #expect(hook.retryAt == retry.map { now + $0 })
        #expect(report.state == .degraded)
    }

    @Test("a hook tells when it last failed, and how old the oldest event is that waits")
    func hookTimes() throws {
        let statistics = OutboxStatistics(lastErrorAt: now - 5, oldestAt: now - 90.5)
        let hook = try #require(try report(phases: [], hook: statistics).hooks.first)
        #expect(hook.lastErrorAt == now - 5)
        #expect(hook.oldestAgeSeconds == 90)
        let idle = try #require(try report(phases: [], hook: OutboxStatistics()).hooks.first)
        #expect(idle.lastErrorAt == nil && idle.oldestAgeSeconds == nil)
    }

    private func report(
        phases: [ConnectorHealth.Phase],
        isScanned: Bool = true,
        hook: OutboxStatistics? = nil,
        pause: TimeInterval? = nil
    ) throws -> StatusReply {
        var tables = phases.indices.map {
            "[[connector]]\nname = \"c\($0)\"\nserver = \"mail\($0).example.com\"\nusername = \"s@example.com\"\n"
                + "password_credential = \"p\"\n"
        }
        if hook != nil { tables.append("[[hook]]\nname = \"phone\"\nkind = \"exec\"\ncommand = [\"/bin/true\"]\n") }
        let report = StatusReport(
            configuration: try Configuration.parse(text: tables.joined(), file: "test", environment: .system),
            engine: EngineStatus(
                connectors: phases.enumerated().map { index, phase in
                    EngineStatus.Connector(name: "c\(index)", phase: phase, server: SourceServer(url: "https://x"))
                }
            ),
            scan: ScanRecord(startedAt: now, finishedAt: isScanned ? now : nil, mailboxes: 1),
            counts: Store.UserCounts(),
            hooks: hook.map { ["phone": $0] } ?? [:],
            targets: ["phone": "/bin/true"],
            pauses: pause.map { ["phone": now + $0] } ?? [:],
            startedAt: now,
            now: now
        )
        return report.reply
    }

    @Test("the groups of the configuration are told in its order, with what is stored of them")
    func groups() throws {
        let tables = """
            [[connector]]
            name = "hq"
            server = "mail.example.com"
            username = "s@example.com"
            password_credential = "p"
            [[user_group]]
            address = "team@example.com"
            [[user_group]]
            address = "board@example.com"
            """
        let team = try #require(MailboxAddress("team@example.com"))
        let former = try #require(MailboxAddress("former@example.com"))
        let empty = Diagnosis(id: "group.empty", summary: "Empty.", remedy: "Look.")
        let report = StatusReport(
            configuration: try Configuration.parse(text: tables, file: "test", environment: .system),
            engine: EngineStatus(connectors: []),
            scan: nil,
            counts: Store.UserCounts(),
            hooks: [:],
            groups: [
                former: GroupRecord(address: former, members: 7),
                team: GroupRecord(
                    address: team,
                    members: 3,
                    leftOut: 1,
                    refreshedAt: now - 60,
                    failure: StoredFailure(empty, at: now)
                ),
            ],
            startedAt: now,
            now: now
        )
        let error = ErrorReport(diagnosis: "group.empty", summary: "Empty.", remedy: "Look.", at: now)
        let reports = [
            GroupReport(
                address: "team@example.com",
                connector: "hq",
                users: 3,
                leftOut: 1,
                lastRefreshedAt: now - 60,
                lastError: error
            ),
            GroupReport(
                address: "board@example.com",
                connector: "hq",
                users: 0,
                leftOut: 0,
                lastRefreshedAt: nil,
                lastError: nil
            ),
        ]
        #expect(report.reply.groups == reports)
        let json = String(decoding: try ControlJSON.encode(reports[1]), as: UTF8.self)
        #expect(json.contains(#""last_refreshed_at":null"#))
        #expect(json.contains(#""last_error":null"#))
        #expect(json.contains(#""left_out":0"#))
    }

    @Test("every problem has the status in its document that HTTP shows, and a name of its own")
    func problems() {
        let problems: [(ControlProblem, Int)] = [
            (.unknownUser("x"), 404), (.ambiguousExtension("1", count: 2), 409), (.userDisabled("x"), 409),
            (.badTime("x"), 400), (.badZone("x"), 400), (.badBody("x"), 400), (.noSuchRoute("/x"), 404),
            (.wrongMethod("PUT", path: "/x", allowed: ["GET"]), 405), (.notRunning, 503),
            (.pastTime("x"), 400), (.farTime("x"), 400),
            (.failed(Diagnosis(id: "store.full", summary: "Full.", remedy: "Make room.")), 500),
        ]
        for (problem, status) in problems { #expect(problem.document.status == status) }
        #expect(Set(problems.map(\.0.document.type)).count == problems.count)
    }
}
