import Availability
import Foundation
import Logging
import Store
import Synchronization
import TestSupport
import Testing

@testable import DaemonApp

/// A finder with a clock that a test moves, servers that it fills, and a real database.
final class FinderBench: Sendable {
    static let start = time("2026-11-23T08:00:00Z")

    let scheduler = ManualScheduler(now: start)
    let hq = ScriptedCalendars("hq")
    let cloud = ScriptedCalendars("cloud")
    let database: PresenceDatabase
    let finder: MailboxFinder
    private let folder: TemporaryFolder
    private let users: Users

    /// Who is read through which connector, as the daemon would apply it.
    final class Users: Sendable {
        let connectorOf = Mutex<[MailboxAddress: String]>([:])
        let applications = Mutex(0)
        let failures = Mutex(0)
    }

    init() throws {
        folder = try TemporaryFolder()
        let users = Users()
        self.users = users
        let database = try PresenceDatabase.open(path: folder.file("presence.sqlite"), at: Self.start).database
        self.database = database
        let sources: [any CalendarSource] = [hq, cloud]
        finder = MailboxFinder(
            database: database,
            scheduler: scheduler,
            surroundings: MailboxFinder.Surroundings(
                places: {
                    let connectorOf = users.connectorOf.withLock(\.self)
                    return MailboxFinder.Places(
                        homes: connectorOf.mapValues { _ in "hq" },
                        connectorOf: connectorOf,
                        sources: sources
                    )
                },
                movesChanged: {
                    let fails = users.failures.withLock { failures in
                        defer { failures = max(0, failures - 1) }
                        return failures > 0
                    }
                    if fails {
                        throw StoreFailure(
                            Diagnosis(id: "store.full", summary: "Full.", remedy: "Make room."),
                            retry: .later
                        )
                    }
                    users.applications.withLock { $0 += 1 }
                    for (mailbox, search) in try await database.searches() {
                        users.connectorOf.withLock { $0[mailbox] = search.connector ?? search.home }
                    }
                }
            ),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// How often users were applied anew.
    var applications: Int { users.applications.withLock(\.self) }

    func failApplying(_ times: Int) { users.failures.withLock { $0 = times } }

    func connector(of mailbox: MailboxAddress) -> String? { users.connectorOf.withLock { $0[mailbox] } }

    /// A user whom the configuration gives to `hq`.
    func user(_ name: String) throws -> MailboxAddress {
        let address = try #require(MailboxAddress("\(name)@example.com"))
        users.connectorOf.withLock { $0[address] = "hq" }
        return address
    }

    /// The connector of this user, or another one, says that it does not have the mailbox.
    func miss(_ mailbox: MailboxAddress, at connector: String? = nil) async {
        let name = connector ?? self.connector(of: mailbox) ?? ""
        await finder.take(
            MailboxAbsence(mailbox: mailbox, connector: name, diagnosis: ScriptedCalendars.absent.diagnosis)
        )
    }

    /// Lets time pass, and waits for what it brings.
    func pass(_ seconds: TimeInterval) async {
        await scheduler.advance(by: seconds)
        await finder.searching?.value
    }

    /// When the next round is, in seconds from now.
    var nextRound: TimeInterval? {
        scheduler.deadlines["mailbox search"].map { $0.timeIntervalSince(scheduler.now) }
    }
}
