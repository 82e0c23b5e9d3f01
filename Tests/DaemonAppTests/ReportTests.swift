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

    @Test("what is asked for another time is assessed for that time, from what is stored")
    func detailAtAnotherTime() throws {
        let busy = BusyInterval(
            start: time("2026-11-23T10:00:00Z"),
            end: time("2026-11-23T11:00:00Z"),
            busyType: .busy
        )
        let covered = TimeWindow(start: time("2026-11-23T00:00:00Z"), end: time("2026-12-01T00:00:00Z"))
        let record = UserRecord(
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
        let later = UserDetail(record, rules: PresenceRules(), at: busy.start, now: now, zone: .gmt)
        #expect(later.summary.presence == "meeting")
        #expect(later.summary.until == busy.end)
        #expect(later.summary.dataAgeSeconds == 60)
        #expect(later.appointments.map(\.start) == [busy.start])
        let present = UserDetail(record, rules: PresenceRules(), at: nil, now: now, zone: .gmt)
        #expect(present.summary.presence == "available")
        #expect(present.summary.until == busy.start)
    }

    @Test(
        "the state as a whole follows from the connectors and the first scan",
        arguments: [
            ([ConnectorHealth.Phase.online, .online], true, StatusReply.State.online),
            ([.online, .online], false, .starting),
            ([.online, .connecting], true, .starting),
            ([.online, .waiting(until: .distantFuture)], true, .degraded),
            ([.online, .refused], false, .degraded),
            ([.waiting(until: .distantFuture), .refused], true, .offline),
            ([], true, .disabled),
        ]
    )
    func state(phases: [ConnectorHealth.Phase], isScanned: Bool, expected: StatusReply.State) throws {
        let tables = phases.indices.map {
            "[[connector]]\nname = \"c\($0)\"\nserver = \"mail\($0).example.com\"\nusername = \"s@example.com\"\n"
                + "password_credential = \"p\"\n"
        }
        let report = StatusReport(
            configuration: try Configuration.parse(text: tables.joined(), file: "test", environment: .system),
            engine: EngineStatus(
                connectors: phases.enumerated().map { index, phase in
                    EngineStatus.Connector(name: "c\(index)", phase: phase, server: SourceServer(url: "https://x"))
                }
            ),
            scan: ScanRecord(startedAt: now, finishedAt: isScanned ? now : nil, mailboxes: 1),
            counts: Store.UserCounts(),
            hooks: [:],
            startedAt: now
        )
        #expect(report.reply.state == expected)
    }

    @Test("every problem has the status in its document that HTTP shows, and a name of its own")
    func problems() {
        let problems: [(ControlProblem, Int)] = [
            (.unknownUser("x"), 404), (.ambiguousExtension("1", count: 2), 409), (.userDisabled("x"), 409),
            (.badTime("x"), 400), (.badBody("x"), 400), (.noSuchRoute("/x"), 404), (.notRunning, 503),
            (.failed(Diagnosis(id: "store.full", summary: "Full.", remedy: "Make room.")), 500),
        ]
        for (problem, status) in problems { #expect(problem.document.status == status) }
        #expect(Set(problems.map(\.0.document.type)).count == problems.count)
    }
}
