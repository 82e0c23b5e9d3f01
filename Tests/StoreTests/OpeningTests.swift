import Availability
import Foundation
import TestSupport
import Testing

@testable import Store

@Suite("Opening the database")
struct OpeningTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("state/presence.sqlite")
    }

    @Test("makes the folder and the files for the owner alone")
    func permissions() async throws {
        let database = try PresenceDatabase.open(path: path, at: monday).database
        try await database.note("a")
        #expect(try permissions(of: folder.file("state")) == 0o700)
        #expect(try permissions(of: folder.file("state/lock")) == 0o600)
        for suffix in ["", "-wal", "-shm"] { #expect(try permissions(of: path + suffix) == 0o600) }
    }

    @Test("a second time finds what was written the first time, and sets nothing aside")
    func again() async throws {
        let first = try PresenceDatabase.open(path: path, at: monday)
        #expect(first.setAside == nil)
        try await first.database.note("a")
        try first.database.close()
        let second = try PresenceDatabase.open(path: path, at: monday)
        #expect(second.setAside == nil)
        #expect(try await second.database.isNoted("a"))
    }

    @Test("refuses a newer schema, says which, and leaves the file as it was")
    func newerSchema() throws {
        let future = Schema(steps: SchemaStep.all + [SchemaStep(number: 8, sql: "CREATE TABLE future (a TEXT) STRICT")])
        try PresenceDatabase.open(path: path, at: monday, schema: future).database.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let failure = try #require(throws: StoreFailure.self) { try PresenceDatabase.open(path: path, at: monday) }
        #expect(failure.diagnosis.id == "store.newer-schema")
        #expect(failure.diagnosis.summary.contains("schema 8"))
        #expect(failure.diagnosis.summary.contains("schema \(SchemaStep.all.count)."))
        #expect(flaws(in: failure.diagnosis) == [])
        #expect(failure.retry == .never)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("state")).allSatisfy(isOurs))
    }

    @Test("refuses a file that took a step of an unknown name, number or not", arguments: ["v99-future", "schema 0"])
    func foreignStep(name: String) throws {
        let sql = SchemaStep.all.map(\.sql).joined() + "INSERT INTO grdb_migrations VALUES ('\(name)');"
        let future = Schema(steps: [SchemaStep(number: 1, sql: sql)])
        try PresenceDatabase.open(path: path, at: monday, schema: future).database.close()
        let failure = try #require(throws: StoreFailure.self) { try PresenceDatabase.open(path: path, at: monday) }
        #expect(failure.diagnosis.id == "store.newer-schema")
        #expect(failure.diagnosis.summary.contains("has schema \(name == "schema 0" ? "0" : name),"))
        #expect(flaws(in: failure.diagnosis) == [])
    }

    @Test("takes the steps an older file lacks, and keeps its data")
    func olderSchema() async throws {
        let database = try PresenceDatabase.open(path: path, at: monday).database
        try await database.note("a")
        try database.close()
        let step = SchemaStep(number: SchemaStep.all.count + 1, sql: "CREATE TABLE next (a TEXT) STRICT")
        let next = Schema(steps: SchemaStep.all + [step])
        let migrated = try PresenceDatabase.open(path: path, at: monday, schema: next)
        #expect(try await migrated.database.isNoted("a"))
        try migrated.database.close()
        #expect(throws: StoreFailure.self) { try PresenceDatabase.open(path: path, at: monday) }
    }

    @Test("a file of schema 1 gets a place for subscriptions, and keeps all it had")
    func firstSchema() async throws {
        let first = Schema.older(1, holding: Self.firstRows)
        let ada = try mailbox("ada")
        let database = try PresenceDatabase.open(path: path, at: monday, schema: first).database
        let before = try #require(try await database.records(of: [ada]).first)
        #expect(before.current == current(.meeting))
        #expect(before.knowledge.calendar?.intervals == meetings(2))
        await #expect(throws: StoreFailure.self) { try await database.subscriptions(of: "main") }
        try database.close()

        let migrated = try PresenceDatabase.open(path: path, at: monday)
        #expect(migrated.setAside == nil)
        #expect(try await migrated.database.records(of: [ada]) == [before])
        // The hook says nothing of its target and audience yet: a start after the update takes them as they always were.
        try await migrated.database.syncHooks(["pbx"], at: later(1))
        let told = event("1", of: ada, .unknown, .meeting, phoneExtension: "101")
        #expect(try await migrated.database.take(for: "pbx", dueAt: later(2), limit: 9).map(\.event) == [told])
        let route = NotificationRoute(anchor: ada)
        let new = Subscription(mailbox: ada, id: "1", method: .streaming, route: route, createdAt: monday)
        try await migrated.database.keep([new], of: "main")
        #expect(try await migrated.database.subscriptions(of: "main") == [new])
        try migrated.database.close()

        // The program of schema 1 would now meet a file that is newer than itself.
        let failure = #expect(throws: StoreFailure.self) {
            try PresenceDatabase.open(path: path, at: monday, schema: first)
        }
        #expect(failure?.diagnosis.id == "store.newer-schema")
    }

    @Test("once closed, the one file is whole")
    func closedFile() async throws {
        try await fill()
        let database = try PresenceDatabase.open(path: path, at: monday).database
        try await database.note("a")
        // With a reading connection beside the writing one, which is how a daemon ends.
        #expect(try await database.isNoted("a"))
        try database.close()
        try FileManager.default.createDirectory(atPath: folder.file("copy"), withIntermediateDirectories: false)
        let copy = folder.file("copy/presence.sqlite")
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        let reopened = try PresenceDatabase.open(path: copy, at: monday).database
        #expect(try await reopened.isNoted("a"))
        #expect(try await reopened.size().users == 50)
    }

    enum Damage: String, CaseIterable, Sendable {
        case notADatabase = "is another kind of file"
        case tornHeader = "has lost its header"
        case truncated = "is cut off in the middle"
        case wrongPage = "has garbage in a page"
    }

    @Test("sets a file aside that is damaged, with its log, and starts afresh", arguments: Damage.allCases)
    func damaged(_ damage: Damage) async throws {
        try await fill()
        try apply(damage)
        try folder.write("log of the damaged file", to: "state/presence.sqlite-wal")
        let outcome = try PresenceDatabase.open(path: path, at: time("2026-11-23T09:30:05Z"))
        #expect(outcome.setAside == path + ".damaged-20261123T093005Z")
        #expect(FileManager.default.fileExists(atPath: path + ".damaged-20261123T093005Z"))
        #expect(FileManager.default.fileExists(atPath: path + ".damaged-20261123T093005Z-wal"))
        #expect(try await outcome.database.agenda().isEmpty)
        #expect(try permissions(of: path) == 0o600)
    }

    @Test("two damaged files of the same second are both kept")
    func damagedTwice() throws {
        try PresenceDatabase.open(path: path, at: monday).database.close()
        let names = try (0..<2).map { _ in
            try folder.write("no database", to: "state/presence.sqlite")
            for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
            let outcome = try PresenceDatabase.open(path: path, at: monday)
            try outcome.database.close()
            return try #require(outcome.setAside)
        }
        #expect(Set(names).count == 2)
    }

    @Test("a path that cannot be a file is not damage")
    func notAFile() throws {
        try folder.write("a file", to: "file")
        try FileManager.default.createDirectory(atPath: folder.file("folder"), withIntermediateDirectories: false)
        for path in [folder.file("file/presence.sqlite"), folder.file("folder")] {
            let failure = try #require(throws: StoreFailure.self) { try PresenceDatabase.open(path: path, at: monday) }
            #expect(failure.diagnosis.id == "store.not-writable")
        }
    }

    @Test("no permission is not damage", .enabled(if: geteuid() != 0, "root may write everywhere"))
    func noPermission() throws {
        try PresenceDatabase.open(path: path, at: monday).database.close()
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: path)
        let failure = try #require(throws: StoreFailure.self) { try PresenceDatabase.open(path: path, at: monday) }
        #expect(failure.diagnosis.id == "store.not-writable")
    }

    @Test("after a kill everything that was committed is there", arguments: [nil, 1, 700])
    func kill(bytesMissingOfTheNextCommit: Int?) async throws {
        let database = try PresenceDatabase.open(path: path, at: monday).database
        _ = try await database.syncUsers([user("ada")], at: monday)
        let ada = try mailbox("ada")
        let told = event("1", of: ada, .unknown, .meeting)
        try await database.record([UserUpdate(mailbox: ada, current: told.current, event: told)], for: ["pbx"])
        #expect(try await database.take(for: "pbx", dueAt: monday, limit: 1).count == 1)
        // The state of the files at this moment is what a kill leaves behind: nothing is closed, all is in the log.
        try FileManager.default.createDirectory(atPath: folder.file("copy"), withIntermediateDirectories: false)
        let copy = folder.file("copy/presence.sqlite")
        for suffix in ["", "-wal"] { try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix) }
        if let missing = bytesMissingOfTheNextCommit { try tearCommit(in: copy + "-wal", missing: missing) }
        let reopened = try PresenceDatabase.open(path: copy, at: monday)
        #expect(reopened.setAside == nil)
        #expect(try await reopened.database.records(of: [ada]).first?.current == told.current)
        try await reopened.database.releaseAll()
        #expect(try await reopened.database.take(for: "pbx", dueAt: monday, limit: 1).map(\.event) == [told])
    }
}

extension OpeningTests {
    /// A user with a meeting after the other, as a program of schema 1 left her, and what it had not told yet.
    private static let firstRows = """
        INSERT INTO user VALUES (1, 'ada@example.com', '101', 'Name of ada', 1, 'main', 1795420800);
        INSERT INTO calendar VALUES (1, 1795420800, 1796025600, 1795420800, 'main');
        INSERT INTO busy_interval VALUES (1, 0, 1795420800, 1795422600, 'busy', 0, NULL, NULL);
        INSERT INTO busy_interval VALUES (1, 1, 1795424400, 1795426200, 'busy', 0, NULL, NULL);
        INSERT INTO presence VALUES (1, 'meeting', 'appointment', 1795420800, NULL, NULL, NULL, 1, NULL);
        INSERT INTO hook (name) VALUES ('pbx');
        INSERT INTO outbox VALUES (1, 'pbx', 'ada@example.com', '1', '101', 'meeting', 'unknown', 'appointment',
            'fresh', 1795420800, NULL, NULL, NULL, 1, 1795420800, 1795420800, 0, 0);
        """

    private func permissions(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    private func isOurs(_ name: String) -> Bool {
        ["lock", "presence.sqlite", "presence.sqlite-wal", "presence.sqlite-shm"].contains(name)
    }

    /// A database of some dozen pages.
    private func fill() async throws {
        let database = try PresenceDatabase.open(path: path, at: monday).database
        let users = try (0..<50).map { try user("user\($0)") }
        _ = try await database.syncUsers(users, at: monday)
        let updates = users.map {
            UserUpdate(
                mailbox: $0.address,
                calendar: .replaced(calendar(meetings(40))),
                current: current(.available)
            )
        }
        try await database.record(updates, for: [])
        try database.close()
    }

    private func apply(_ damage: Damage) throws {
        let file = URL(fileURLWithPath: path)
        var bytes = try Data(contentsOf: file)
        switch damage {
        case .notADatabase: bytes = Data("These are my shopping lists.".utf8)
        case .tornHeader: bytes.replaceSubrange(0..<100, with: Data(count: 100))
        case .truncated: bytes = bytes.prefix(bytes.count / 2)
        case .wrongPage:
            let middle = bytes.count / 2 / 4_096 * 4_096
            bytes.replaceSubrange(middle..<middle + 4_096, with: Data(repeating: 0xA5, count: 4_096))
        }
        try bytes.write(to: file)
    }

    /// Appends the beginning of one more frame of the log: 24 bytes of header and a page.
    private func tearCommit(in log: String, missing: Int) throws {
        let file = URL(fileURLWithPath: log)
        let bytes = try Data(contentsOf: file)
        try (bytes + bytes.suffix(24 + 4_096).dropLast(missing)).write(to: file)
    }
}
