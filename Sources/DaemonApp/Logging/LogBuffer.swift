import Foundation
import Logging
import Synchronization

/// Entries that wait for the database: the newest, as many as the event log itself keeps.
struct PendingEntries: Sendable {
    let capacity: Int
    private var entries: ArraySlice<LogRecord> = []
    private var lost = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    var isEmpty: Bool { entries.isEmpty }

    mutating func append(_ record: LogRecord) {
        entries.append(record)
        makeRoom()
    }

    /// The oldest, at most `limit`. Where some were lost before them the first says so.
    mutating func take(_ limit: Int) -> [LogRecord] {
        var taken: [LogRecord] = []
        if lost > 0, let first = entries.first {
            taken.append(LogRecord(lost: lost, before: first))
            lost = 0
        }
        let next = entries.prefix(limit - taken.count)
        entries = entries.dropFirst(next.count)
        return taken + next
    }

    /// What was taken and not written comes before all that was said since.
    mutating func putBack(_ records: [LogRecord]) {
        entries = (records + entries)[...]
        makeRoom()
    }

    private mutating func makeRoom() {
        let excess = max(0, entries.count - capacity)
        entries = entries.dropFirst(excess)
        lost += excess
    }
}

extension LogRecord {
    fileprivate init(lost count: Int, before next: LogRecord) {
        let entries = count == 1 ? "1 entry is" : "\(count) entries are"
        self.init(
            time: next.time,
            level: .warning,
            message:
                "Here \(entries) missing from the event log, since the database took none for too long; the journal "
                + "or standard error has them",
            fields: ["event": "log-entries-lost", "lost": "\(count)"]
        )
    }
}

/// The way from whoever says something to the event log, who must not wait for a database.
///
/// A class with a lock, not an actor: entries come from any thread, and their order must stay.
final class LogBuffer: Sendable {
    private struct State {
        var entries: PendingEntries
        var alarm: (@Sendable (Logger.Level) -> Void)?
    }

    private let state: Mutex<State>

    init(capacity: Int = 10_000) {
        state = Mutex(State(entries: PendingEntries(capacity: capacity)))
    }

    func append(_ record: LogRecord) {
        let alarm = state.withLock { state in
            let isFirst = state.entries.isEmpty
            state.entries.append(record)
            return isFirst || record.level >= .error ? state.alarm : nil
        }
        alarm?(record.level)
    }

    /// The oldest, at most `limit`.
    func take(_ limit: Int) -> [LogRecord] { state.withLock { $0.entries.take(limit) } }

    func putBack(_ records: [LogRecord]) { state.withLock { $0.entries.putBack(records) } }

    /// Calls `alarm` from now on, from any thread, when an entry is the first to wait or is grave.
    func onNews(_ alarm: (@Sendable (Logger.Level) -> Void)?) {
        state.withLock { $0.alarm = alarm }
    }
}
