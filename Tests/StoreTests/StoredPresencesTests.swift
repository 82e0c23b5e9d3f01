import Availability
import Foundation
import TestSupport
import Testing

@testable import Store

@Suite("A database read beside its daemon")
struct StoredPresencesTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("state/freebusyd.db")
    }

    /// A file as it is told from another state of itself. It is not opened: closing it again would drop the locks that
    /// SQLite has on it in this process.
    private struct State: Hashable {
        var size: UInt64?
        var changedAt: Date?
    }

    private func files() throws -> [String: State] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("state"))
        return Dictionary(
            uniqueKeysWithValues: try names.map { name in
                let attributes = try FileManager.default.attributesOfItem(atPath: folder.file("state/\(name)"))
                return (
                    name,
                    State(size: attributes[.size] as? UInt64, changedAt: attributes[.modificationDate] as? Date)
                )
            }
        )
    }

    private func refusal() -> StoreFailure? {
        do throws(StoreFailure) {
            _ = try StoredPresences(path: path)
            return nil
        } catch {
            return error
        }
    }

    @Test("tells the users page by page, while the daemon has it open and after, and leaves the files as they are")
    func pages() async throws {
        let database = try PresenceDatabase.open(path: path, at: monday).database
        let names = ["ada", "bob", "eve"]
        _ = try await database.syncUsers(try names.map { try user($0) }, at: monday)
        let update = UserUpdate(
            mailbox: try mailbox("bob"),
            calendar: .replaced(calendar([BusyInterval(start: monday, end: later(60), busyType: .busy)])),
            current: current(.meeting)
        )
        try await database.record([update], for: [])
        let expected = try await database.records(of: names.map { try mailbox($0) })
        func check() async throws {
            let before = try files()
            let stored = try StoredPresences(path: path)
            let first = try await stored.records(after: nil, limit: 2)
            let second = try await stored.records(after: first.last?.user.address, limit: 2)
            #expect(first + second == expected)
            #expect(try await stored.records(after: second.last?.user.address, limit: 2) == [])
            #expect(try files() == before)
        }
        try await check()
        // What is written meanwhile is seen by the next page.
        do {
            let stored = try StoredPresences(path: path)
            _ = try await database.syncUsers([try user("zoe")], at: monday)
            #expect(try await stored.records(after: nil, limit: 9).map(\.user.address) == [try mailbox("zoe")])
        }
        _ = try await database.syncUsers(try names.map { try user($0) }, at: monday)
        try await database.record([update], for: [])
        try database.close()
        try await check()
    }

    @Test("does not keep the daemon from writing, nor from starting")
    func beside() async throws {
        let first = try PresenceDatabase.open(path: path, at: monday).database
        let stored = try StoredPresences(path: path)
        try await first.note("user ada@example.com")
        try first.close()
        let second = try PresenceDatabase.open(path: path, at: monday).database
        #expect(try await second.isNoted("user ada@example.com"))
        #expect(try await stored.switches() == ["user ada@example.com": true])
        #expect(try await stored.records(after: nil, limit: 1) == [])
    }

    @Test("where there is none, none is made")
    func missing() throws {
        let failure = try #require(refusal())
        #expect(failure.diagnosis.id == "store.missing")
        #expect(flaws(in: failure.diagnosis) == [])
        #expect(!FileManager.default.fileExists(atPath: folder.file("state")))
    }

    @Test("a newer or an older schema is named, and left as it is")
    func schemas() throws {
        let newer = Schema(steps: SchemaStep.all + [SchemaStep(number: 99, sql: "CREATE TABLE future (a TEXT) STRICT")])
        let older = Schema(steps: [SchemaStep(number: 1, sql: "CREATE TABLE past (a TEXT) STRICT")])
        for (schema, id, name) in [
            (older, "store.older-schema", "schema 1,"), (newer, "store.newer-schema", "schema 99"),
        ] {
            try? FileManager.default.removeItem(atPath: folder.file("state"))
            try PresenceDatabase.open(path: path, at: monday, schema: schema).database.close()
            let before = try files()
            let failure = try #require(refusal())
            #expect(failure.diagnosis.id == id)
            #expect(failure.diagnosis.summary.contains(name))
            #expect(flaws(in: failure.diagnosis) == [])
            #expect(try files() == before)
        }
    }

    @Test("what is no database is called damaged, and left as it is")
    func damaged() throws {
        try FileManager.default.createDirectory(atPath: folder.file("state"), withIntermediateDirectories: false)
        try folder.write(String(repeating: "no database ", count: 99), to: "state/freebusyd.db")
        let before = try files()
        #expect(refusal()?.diagnosis.id == "store.damaged")
        #expect(try files() == before)
    }
}
