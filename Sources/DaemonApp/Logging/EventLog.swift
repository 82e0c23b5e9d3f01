import Availability
import Foundation
import Logging
import SerialQueue
import Store

/// Keeps what the daemon said in the database, for `freebusyctl log`.
///
/// Writes in batches: a second after the first entry that waits, at once where one is grave, and what is left at the end.
/// Where the database fails, entries wait, the oldest giving way, and it is told once: this log must neither hold up nor
/// flood anybody.
actor EventLog {
    /// Seconds that an entry may wait for others.
    static let rhythm: TimeInterval = 1
    /// Seconds before a database that failed is tried again.
    static let patience: TimeInterval = 5
    /// Entries of one transaction: short enough that presences need not wait for it.
    static let batch = 500

    private static let deadline = "event log"

    private struct Place {
        var database: PresenceDatabase
        var scheduler: any Scheduler
    }

    private let serial = SerialQueue(label: "freebusyd.event-log")
    private nonisolated let buffer: LogBuffer
    private nonisolated let bell = LogBell()
    private let logger: Logger
    private var place: Place?
    /// Set while the database fails.
    private var retryAt: Date?
    /// The last of those who write, one behind the other so that the order stays.
    private var turn: Task<Void, Never>?

    /// - Parameters:
    ///   - buffer: what comes into it is kept, also what came before ``open(_:scheduler:)``.
    ///   - logger: for what befalls this log itself; may well end in the same buffer.
    init(_ buffer: LogBuffer, logger: Logger) {
        self.buffer = buffer
        self.logger = logger
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    /// Begins to write into `database`.
    func open(_ database: PresenceDatabase, scheduler: any Scheduler) async {
        place = Place(database: database, scheduler: scheduler)
        buffer.onNews { [weak self] level in
            let time = scheduler.now + (level >= .error ? 0 : Self.rhythm)
            scheduler.schedule(Self.deadline, at: time) { [weak self] in await self?.flush() }
        }
        await flush()
    }

    /// Writes what waits, unless the database failed a moment ago. Returns when it is in the database.
    func flush() async {
        let before = turn
        let task = Task {
            await before?.value
            await write()
        }
        turn = task
        await task.value
    }

    /// Writes what waits, and ends. Whoever follows has read all by then, or finds it after the next start.
    func close() async {
        guard let scheduler = place?.scheduler else { return }
        buffer.onNews(nil)
        scheduler.cancel(Self.deadline)
        retryAt = nil
        await flush()
        scheduler.cancel(Self.deadline)
        place = nil
        bell.close()
    }

    private func write() async {
        guard let place else { return }
        if let retryAt, place.scheduler.now < retryAt { return tryAgain(at: retryAt) }
        var isMore = true
        while isMore {
            let records = buffer.take(Self.batch)
            isMore = records.count == Self.batch
            do throws(StoreFailure) {
                try await place.database.append(records.compactMap(EventLogEntry.init))
            } catch {
                buffer.putBack(records)
                return failed(error)
            }
            if !records.isEmpty { bell.ring() }
        }
        guard retryAt != nil else { return }
        retryAt = nil
        logger.notice("The event log is written again", metadata: ["event": "event-log-restored"])
    }

    /// The first time it is said: the entry itself waits with the others.
    private func failed(_ error: StoreFailure) {
        let isNews = retryAt == nil
        tryAgain(at: (place?.scheduler.now ?? .distantPast) + Self.patience)
        guard isNews else { return }
        logger.error(
            "The event log cannot be written for now: \(error.diagnosis.summary) \(error.diagnosis.remedy)",
            metadata: ["diagnosis": .stringConvertible(error.diagnosis)]
        )
    }

    private func tryAgain(at time: Date) {
        retryAt = time
        place?.scheduler.schedule(Self.deadline, at: time) { [weak self] in await self?.flush() }
    }
}

extension EventLog {
    /// The wanted entries behind `number`, oldest first; fewer than `limit` at the end.
    func entries(_ filter: EventLogFilter, after number: Int64, limit: Int) async throws -> [NumberedLogEntry] {
        try await place?.database.logEntries(filter, after: number, limit: limit) ?? []
    }

    /// The number to begin behind.
    ///
    /// - Parameter number: the last that the reader has, or `nil`: then the newest `count` are wanted. One that is not
    ///   reached yet is of a database that is no more, and the reader gets all.
    func start(after number: Int64?, newest count: Int, of filter: EventLogFilter) async throws -> Int64 {
        await flush()
        guard let database = place?.database else { return 0 }
        guard let number else { return try await database.logNumber(beforeNewest: count, of: filter) }
        return number > (try await database.newestLogNumber()) ? 0 : number
    }

    /// Rings when there may be new entries, and every now and then besides.
    nonisolated func listen() -> AsyncStream<Void> { bell.listen() }

    /// To be called every now and then.
    nonisolated func beat() { bell.ring() }
}

extension EventLogEntry {
    fileprivate init?(_ record: LogRecord) {
        guard let level = EventLogLevel(record.level) else { return nil }
        self.init(at: record.time, level: level, message: record.message, fields: record.fields)
    }
}

extension EventLogLevel {
    fileprivate init?(_ level: Logger.Level) {
        switch level {
        case .trace, .debug: return nil
        case .info: self = .info
        case .notice: self = .notice
        case .warning: self = .warning
        case .error: self = .error
        case .critical: self = .critical
        }
    }
}
