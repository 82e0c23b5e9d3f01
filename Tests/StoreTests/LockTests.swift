import Availability
import Foundation
import Store
import TestSupport
import Testing

@Suite("One daemon to a database")
struct LockTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("presence.sqlite")
    }

    @Test("a second one is refused, told who has it, and changes nothing")
    func second() async throws {
        let database = try PresenceDatabase.open(path: path, at: monday).database
        try await database.note("a")
        let failure = try #require(throws: StoreFailure.self) { try PresenceDatabase.open(path: path, at: monday) }
        #expect(failure.diagnosis.id == "store.in-use")
        #expect(failure.diagnosis.summary == "Another freebusyd (process \(getpid())) uses the database \(path).")
        #expect(flaws(in: failure.diagnosis) == [])
        #expect(try await database.isNoted("a"))
        #expect(try String(contentsOfFile: folder.file("lock"), encoding: .utf8) == "\(getpid())\n")
    }

    @Test("another file in the same folder counts as the same state")
    func sameFolder() throws {
        let outcome = try PresenceDatabase.open(path: path, at: monday)
        #expect(throws: StoreFailure.self) { try PresenceDatabase.open(path: folder.file("other.sqlite"), at: monday) }
        try outcome.database.close()
    }

    @Test("once the first is closed, or only forgotten, the next may have it", arguments: [true, false])
    func freed(isClosed: Bool) throws {
        do {
            let first = try PresenceDatabase.open(path: path, at: monday).database
            if isClosed { try first.close() }
        }
        try PresenceDatabase.open(path: path, at: monday).database.close()
    }

    @Test("an opening that fails keeps nobody out")
    func failedOpening() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(throws: StoreFailure.self) { try PresenceDatabase.open(path: path, at: monday) }
        try FileManager.default.removeItem(atPath: path)
        try PresenceDatabase.open(path: path, at: monday).database.close()
    }

    @Test("a file of the lock that a killed daemon left is no lock")
    func leftOver() throws {
        try folder.write("4194305\n", to: "lock")
        let database = try PresenceDatabase.open(path: path, at: monday).database
        #expect(try String(contentsOfFile: folder.file("lock"), encoding: .utf8) == "\(getpid())\n")
        try database.close()
    }

    @Test("programs that are started meanwhile do not inherit the lock")
    func closedOnExec() throws {
        let database = try PresenceDatabase.open(path: path, at: monday).database
        let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter { name in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
            return target?.hasSuffix("\(folder.path)/lock") == true
        }
        #expect(descriptors.count == 1)
        for name in descriptors {
            let descriptor = try #require(Int32(name))
            #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC == FD_CLOEXEC)
        }
        try database.close()
    }
}
