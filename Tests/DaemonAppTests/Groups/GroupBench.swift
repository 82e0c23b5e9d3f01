import Availability
import Foundation
import Logging
import Store
import Synchronization
import TestSupport
import Testing

@testable import ConfigurationFile
@testable import DaemonApp

/// A refresher with a clock that a test moves, directories that it fills, and a real database.
final class GroupBench: Sendable {
    static let start = time("2026-11-23T08:00:00Z")

    let scheduler = ManualScheduler(now: start)
    let directory = ScriptedDirectory()
    let database: PresenceDatabase
    let refresher: GroupRefresher
    private let folder: TemporaryFolder
    private let applied: Applied

    /// Counts how often users were applied anew, and fails as often as it is told to.
    private final class Applied: Sendable {
        let count = Mutex(0)
        let failures = Mutex(0)

        func apply() throws {
            let fails = failures.withLock { failures in
                defer { failures = max(0, failures - 1) }
                return failures > 0
            }
            if fails {
                throw StoreFailure(Diagnosis(id: "store.full", summary: "Full.", remedy: "Make room."), retry: .later)
            }
            count.withLock { $0 += 1 }
        }
    }

    init() throws {
        folder = try TemporaryFolder()
        let applied = Applied()
        self.applied = applied
        database = try PresenceDatabase.open(path: folder.file("presence.sqlite"), at: Self.start).database
        let directory = directory
        refresher = GroupRefresher(
            database: database,
            scheduler: scheduler,
            surroundings: GroupRefresher.Surroundings(
                sources: { [directory] },
                membersChanged: { try applied.apply() }
            ),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// How often users were applied anew.
    var applications: Int { applied.count.withLock(\.self) }

    func failApplying(_ times: Int) { applied.failures.withLock { $0 = times } }

    /// When the next refresh is, in seconds from now.
    var nextRefresh: TimeInterval? {
        scheduler.deadlines["group refresh"].map { $0.timeIntervalSince(scheduler.now) }
    }

    /// Takes over a configuration with these groups, and waits for the answers.
    func follow(_ groups: String..., connector: String = "hq") async throws {
        let tables = groups.map { "[[user_group]]\naddress = \"\($0)@example.com\"\nconnector = \"\(connector)\"\n" }
        let connectors = ["hq", "idle"].map { name in
            "[[connector]]\nname = \"\(name)\"\nserver = \"\(name).example.com\"\nusername = \"s@example.com\"\n"
                + "password_credential = \"p\"\n"
        }
        let text = (connectors + tables).joined()
        await refresher.follow(try Configuration.parse(text: text, file: "test", environment: .system))
        await refresher.refreshing?.value
    }

    /// Lets time pass, and waits for what it brings.
    func pass(_ seconds: TimeInterval) async {
        await scheduler.advance(by: seconds)
        await refresher.refreshing?.value
    }

    /// Puts members into a group: upper-case names are groups, the others mailboxes.
    func put(_ group: String, _ members: String) throws {
        let entries = try members.split(separator: " ").map { name -> DirectoryEntry in
            let address = try Self.address(name)
            return name.first?.isUppercase == true ? .group(address) : .mailbox(DirectoryMember(address))
        }
        directory.put(.success(DirectoryReading(entries)), for: try Self.address(group))
    }

    /// Who is stored as a member of a group.
    func members(_ group: String) async throws -> String {
        let members = try await database.groupMembers()[try Self.address(group)] ?? []
        return members.map { String($0.address.text.prefix { $0 != "@" }) }.joined(separator: " ")
    }

    func record(_ group: String) async throws -> GroupRecord? {
        try await database.groups()[try Self.address(group)]
    }

    static func address(_ name: some StringProtocol) throws -> MailboxAddress {
        try #require(MailboxAddress("\(name)@example.com"))
    }
}
