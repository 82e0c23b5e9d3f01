import Availability
import ControlAPI
import Foundation
import TestSupport
import Testing

@testable import DaemonApp

@Suite("What may be set by hand")
struct OverrideRequestTests {
    private let now = time("2026-11-23T09:30:00Z") + 0.25

    private func ask(_ presence: String, until: Date?, zone: TimeZone = .gmt) throws(ControlProblem) -> PresenceOverride
    {
        try PresenceOverride(OverrideRequest(presence: presence, until: until), at: now, zone: zone)
    }

    @Test("it counts in whole seconds, from the one that has begun, and without a time ends with the next appointment")
    func accepted() throws {
        let setAt = time("2026-11-23T09:30:00Z")
        #expect(
            try ask("away", until: nil) == PresenceOverride(presence: .away, setAt: setAt, end: .nextAppointment)
        )
        #expect(
            try ask("meeting", until: setAt + 60.5)
                == PresenceOverride(presence: .meeting, setAt: setAt, end: .at(setAt + 60))
        )
    }

    @Test("only a presence that a telephone may show can be set", arguments: ["unknown", "busy", "Away", ""])
    func words(presence: String) {
        #expect(throws: ControlProblem.self) { try ask(presence, until: nil) }
    }

    @Test(
        "it ends at a time to come, within a year",
        arguments: [
            (-1.0, "past-time"), (0.0, "past-time"), (0.5, "past-time"), (0.75, nil), (366 * 86_400.0, nil),
            (367 * 86_400.0, "far-time"),
        ] as [(TimeInterval, String?)]
    )
    func times(seconds: TimeInterval, problem: String?) {
        do throws(ControlProblem) {
            _ = try ask("away", until: now + seconds)
            #expect(problem == nil)
        } catch {
            #expect(error.document.type == problem.map { "urn:freebusyd:problem:\($0)" })
        }
    }

    @Test("a time that is refused is told in the zone of who asks")
    func zone() throws {
        let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
        do throws(ControlProblem) {
            _ = try ask("away", until: time("2026-11-23T08:00:00Z"), zone: berlin)
            Issue.record("The past was taken")
        } catch {
            #expect(error.document.detail == "An override cannot end at 2026-11-23T09:00:00+01:00: that has passed.")
        }
    }
}
