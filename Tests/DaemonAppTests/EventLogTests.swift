import Foundation
import Logging
import Store
import Synchronization
import TestSupport
import Testing

@testable import DaemonApp

@Suite("The event log")
struct EventLogTests {
    private static let start = time("2026-11-23T08:00:00Z")

    private let folder: TemporaryFolder
    private let database: PresenceDatabase
    private let scheduler = ManualScheduler(now: start)
    private let buffer = LogBuffer(capacity: 1_000)
    private let said = Said()
    private let log: EventLog

    init() throws {
        folder = try TemporaryFolder()
        database = try PresenceDatabase.open(path: folder.file("a.db"), at: Self.start).database
        let (buffer, said) = (buffer, said)
        log = EventLog(buffer, logger: Logger(label: "test") { _ in EchoingHandler(buffer: buffer, said: said) })
    }

    private func say(_ message: String, _ level: Logger.Level = .info, _ fields: [String: String] = [:]) {
        buffer.append(LogRecord(time: scheduler.now, level: level, message: message, fields: fields))
    }

    private func messages(in database: PresenceDatabase? = nil) async throws -> [String] {
        try await (database ?? self.database).logEntries(EventLogFilter(), after: 0, limit: 20_000)
            .map(\.entry.message)
    }

    @Test("keeps what was said before there was a database")
    func early() async throws {
        say("EWS is starting")
        await log.open(database, scheduler: scheduler)
        #expect(try await messages() == ["EWS is starting"])
    }

    @Test("writes a second after the first entry that waits, and what is grave at once")
    func rhythm() async throws {
        await log.open(database, scheduler: scheduler)
        say("a")
        await scheduler.advance(by: 0.5)
        say("b")
        #expect(try await messages().isEmpty)
        await scheduler.advance(by: 0.5)
        #expect(try await messages() == ["a", "b"])
        say("c")
        say("d", .error)
        await scheduler.advance(by: 0)
        #expect(try await messages() == ["a", "b", "c", "d"])
    }

    @Test("writes the rest when it is closed, and takes no more")
    func closing() async throws {
        await log.open(database, scheduler: scheduler)
        for number in 1...1_000 { say("\(number)") }
        await log.close()
        #expect(try await messages() == (1...1_000).map(String.init))
        #expect(scheduler.deadlines.isEmpty)
    }

    @Test("says once that the database fails, keeps what is said meanwhile, and writes it in order")
    func failure() async throws {
        let other = try PresenceDatabase.open(path: folder.file("other/b.db"), at: Self.start).database
        try database.close()
        await log.open(database, scheduler: scheduler)
        say("a")
        await scheduler.advance(by: 1)
        say("b", .error)
        await scheduler.advance(by: 12)
        #expect(said.lines.count == 1)
        #expect(said.lines.first?.hasPrefix("The event log cannot be written for now: The database") == true)
        await log.open(other, scheduler: scheduler)
        await scheduler.advance(by: EventLog.patience)
        await scheduler.advance(by: EventLog.rhythm)
        let kept = try await messages(in: other)
        #expect(kept == ["a", said.lines[0], "b", "The event log is written again"])
    }

    @Test("rings those who follow when there is something new, and every now and then")
    func bell() async throws {
        await log.open(database, scheduler: scheduler)
        var rings = log.listen().makeAsyncIterator()
        say("a", .error)
        await scheduler.advance(by: 0)
        #expect(await rings.next() != nil)
        log.beat()
        log.beat()
        #expect(await rings.next() != nil)
        await log.close()
        #expect(await rings.next() == nil)
        var late = log.listen().makeAsyncIterator()
        #expect(await late.next() == nil)
    }

    @Test("goes on behind a number, or from the beginning where that number is of a database that is no more")
    func beginning() async throws {
        await log.open(database, scheduler: scheduler)
        for number in 1...5 { say("\(number)") }
        #expect(try await log.start(after: nil, newest: 2, of: EventLogFilter()) == 3)
        #expect(try await log.start(after: 4, newest: 2, of: EventLogFilter()) == 4)
        #expect(try await log.start(after: 5, newest: 2, of: EventLogFilter()) == 5)
        #expect(try await log.start(after: 6, newest: 2, of: EventLogFilter()) == 0)
    }
}

@Suite("Entries that wait for the database")
struct PendingEntriesTests {
    private static let start = time("2026-11-23T08:00:00Z")
    private var pending = PendingEntries(capacity: 3)

    private func records(_ numbers: ClosedRange<Int>) -> [LogRecord] {
        numbers.map { LogRecord(time: Self.start, level: .info, message: "\($0)") }
    }

    @Test("are the newest; how many had to go is told before them, once")
    mutating func overflow() {
        for record in records(1...5) { pending.append(record) }
        let taken = pending.take(2)
        #expect(taken.map(\.fields["lost"]) == ["2", nil])
        #expect(taken[0].message.hasPrefix("Here 2 entries are missing from the event log"))
        #expect(taken[1].message == "3")
        #expect(pending.take(10).map(\.message) == ["4", "5"])
        #expect(pending.isEmpty)
    }

    @Test("come back before what was said since, and give way first")
    mutating func putBack() {
        for record in records(1...3) { pending.append(record) }
        let taken = pending.take(2)
        for record in records(4...4) { pending.append(record) }
        pending.putBack(taken)
        #expect(pending.take(10).map(\.message).dropFirst() == ["2", "3", "4"])
    }
}

/// The lines that a logger wrote.
private final class Said: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0.filter { $0.contains("cannot") } } }

    func append(_ line: String) { kept.withLock { $0.append(line) } }
}

/// As the daemon's logger: what the event log says of itself is an entry of the event log.
private struct EchoingHandler: LogHandler {
    let buffer: LogBuffer
    let said: Said
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    init(buffer: LogBuffer, said: Said) {
        self.buffer = buffer
        self.said = said
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        said.append(event.message.description)
        let moment = time("2026-11-23T08:00:00Z")
        buffer.append(
            LogRecord(
                time: moment,
                level: event.level,
                message: event.message.description,
                metadata: event.metadata ?? [:]
            )
        )
    }
}
