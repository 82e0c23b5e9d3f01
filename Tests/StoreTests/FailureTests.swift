import Availability
import Foundation
import TestSupport
import Testing

@testable import Store

@Suite("What went wrong with the database")
struct FailureTests {
    @Test(
        "is told by the system's error number",
        arguments: [
            (EACCES, "store.not-writable"), (EROFS, "store.not-writable"), (EPERM, "store.not-writable"),
            (ENOSPC, "store.full"), (EDQUOT, "store.full"), (EIO, "store.failed"),
        ]
    )
    func systemErrors(code: Int32, id: String) {
        let failure = StoreFailure(errno: code, path: "/x")
        #expect(failure.diagnosis.id == id)
        #expect(flaws(in: failure.diagnosis) == [])
    }

    /// The numbers are those of https://www.sqlite.org/rescode.html, extended ones among them.
    @Test(
        "is told by SQLite's result code",
        arguments: [
            (5, "store.locked"), (261, "store.locked"), (6, "store.locked"), (8, "store.not-writable"),
            (1_544, "store.not-writable"), (14, "store.not-writable"), (3, "store.not-writable"),
            (11, "store.damaged"), (267, "store.damaged"), (26, "store.damaged"), (13, "store.full"),
            (10, "store.failed"), (1, "store.failed"), (1_811, "store.failed"),
        ]
    )
    func resultCodes(code: Int32, id: String) {
        let failure = StoreFailure(resultCode: code, path: "/var/lib/freebusyd/presence.sqlite")
        #expect(failure.diagnosis.id == id)
        #expect(failure.diagnosis.summary.contains("/var/lib/freebusyd/presence.sqlite"))
        #expect(flaws(in: failure.diagnosis) == [])
    }

    @Test("no room left: the whole batch is refused, nothing of it is written, and reading goes on")
    func full() async throws {
        let users = try (0..<20).map { try user("user\($0)") }
        let workplace = try await Workplace(users: users, sizeLimit: 300_000)
        let updates = users.map {
            UserUpdate(
                mailbox: $0.address,
                calendar: .replaced(calendar(meetings(2_000))),
                current: current(.meeting)
            )
        }
        let failure = await #expect(throws: StoreFailure.self) {
            try await workplace.database.record(updates, for: ["pbx"])
        }
        #expect(failure?.diagnosis.id == "store.full")
        let first = try await workplace.record("user0")
        #expect(first?.current == nil)
        #expect(first?.knowledge.calendar == nil)
        #expect(try await workplace.database.size().busyIntervals == 0)
    }
}
