import Availability
import Foundation
import TestSupport
import Testing

@testable import Store

@Suite("Remembered groups")
struct GroupTests {
    let workplace: Workplace
    let database: PresenceDatabase
    let team: MailboxAddress
    let board: MailboxAddress

    init() async throws {
        workplace = try await Workplace(users: [user("ada")])
        database = workplace.database
        team = try mailbox("team")
        board = try mailbox("board")
    }

    private let busy = Diagnosis(id: "server.busy", summary: "Busy.", remedy: "Wait.")

    private func members(_ names: String...) throws -> [DirectoryMember] {
        try names.map { DirectoryMember(try mailbox($0), displayName: $0 == "ada" ? nil : "Name of \($0)") }
    }

    private func keep(
        _ group: MailboxAddress,
        _ members: [DirectoryMember],
        leftOut: Int = 0,
        failure: Diagnosis? = nil,
        at time: Date = monday
    ) async throws {
        try await database.keepGroup(group, members: members, leftOut: leftOut, failure: failure, at: time)
    }

    @Test("members come back sorted, with their names, each group with its own")
    func roundTrip() async throws {
        try await keep(team, members("cyd", "ada", "bob"), leftOut: 2)
        try await keep(board, members("ada"))
        #expect(
            try await database.groupMembers() == [team: members("ada", "bob", "cyd"), board: members("ada")]
        )
        #expect(
            try await database.groups() == [
                team: GroupRecord(address: team, members: 3, leftOut: 2, refreshedAt: monday),
                board: GroupRecord(address: board, members: 1, refreshedAt: monday),
            ]
        )
    }

    @Test("what is kept takes the place of what was")
    func replacing() async throws {
        try await keep(team, members("ada", "bob"), leftOut: 2)
        try await keep(team, members("bob", "cyd"), at: later(60))
        #expect(try await database.groupMembers() == [team: members("bob", "cyd")])
        #expect(try await database.groups()[team] == GroupRecord(address: team, members: 2, refreshedAt: later(60)))
    }

    @Test("a failure leaves the time of the last success, and the next success clears it")
    func failures() async throws {
        let before = try await database.groups()
        #expect(before == [:])
        try await keep(team, [], failure: busy)
        #expect(
            try await database.groups()[team]
                == GroupRecord(address: team, members: 0, failure: StoredFailure(busy, at: monday))
        )
        try await keep(team, members("ada"), at: later(60))
        try await keep(team, members("ada"), failure: busy, at: later(120))
        let failing = GroupRecord(
            address: team,
            members: 1,
            refreshedAt: later(60),
            failure: StoredFailure(busy, at: later(120))
        )
        #expect(try await database.groups()[team] == failing)
        try await keep(team, members("ada"), at: later(180))
        #expect(try await database.groups()[team] == GroupRecord(address: team, members: 1, refreshedAt: later(180)))
    }

    @Test("groups that are no longer wanted are forgotten with their members")
    func forgetting() async throws {
        try await keep(team, members("ada"))
        try await keep(board, members("bob"))
        try await database.forgetGroups(except: [board, try mailbox("nobody")])
        #expect(try await database.groupMembers() == [board: members("bob")])
        #expect(try await database.groups().keys.map(\.text) == ["board@example.com"])
        try await database.forgetGroups(except: [])
        #expect(try await database.groupMembers() == [:])
    }

    @Test("they survive a restart, and users who go")
    func restart() async throws {
        try await keep(team, members("ada", "bob"))
        _ = try await database.syncUsers([], at: later(60))
        try database.close()
        let again = try PresenceDatabase.open(path: database.path, at: later(60)).database
        #expect(try await again.groupMembers() == [team: members("ada", "bob")])
    }

    @Test("a file of schema 2 gets a place for them, and keeps all it had")
    func migration() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("older.sqlite")
        let older = try PresenceDatabase.open(path: path, at: monday, schema: .older(2, holding: Self.ada)).database
        await #expect(throws: StoreFailure.self) { try await older.groups() }
        try older.close()
        let database = try PresenceDatabase.open(path: path, at: monday).database
        #expect(try await database.agenda().map(\.user) == [user("ada")])
        try await database.keepGroup(team, members: try members("ada"), leftOut: 0, failure: nil, at: monday)
        #expect(try await database.groupMembers() == [team: members("ada")])
    }

    /// As ``user(_:phoneExtension:isEnabled:)`` makes her.
    private static let ada = """
        INSERT INTO user (address, display_name, enabled, connector, added_at)
        VALUES ('ada@example.com', 'Name of ada', 1, 'main', 1795420800);
        """

    @Test("they can be read with sqlite3", .enabled(if: Workplace.hasSQLite3))
    func views() async throws {
        try await keep(team, members("ada", "bob"), leftOut: 1)
        try await keep(team, members("ada", "bob"), leftOut: 1, failure: busy, at: later(60))
        #expect(
            try workplace.sqlite3("SELECT * FROM user_groups")
                == "team@example.com|2|2026-11-23T08:00:00Z|1|server.busy|2026-11-23T08:01:00Z\n"
        )
        #expect(
            try workplace.sqlite3("SELECT * FROM user_group_members")
                == "team@example.com|ada@example.com||main|1\nteam@example.com|bob@example.com|Name of bob||\n"
        )
    }
}
