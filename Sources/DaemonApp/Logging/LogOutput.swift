package import Availability
import CSystemd
import Foundation
package import Logging
import Synchronization

/// Where log entries go, decided once at the start: to the journal with fields where systemd reads our standard
/// error, else to standard error with the `<N>` prefix of sd-daemon(3). What is `info` or graver also waits for the
/// event log.
///
/// It must be decided up front, since `sd_journal_sendv` reports success and drops the entry where no journal listens.
package final class LogOutput: Sendable {
    private enum Destination: Sendable {
        case journal
        case standardError
    }

    private let destination: Destination
    private let clock: any WallClock
    /// What the event log has not written yet.
    let buffer = LogBuffer()
    // Read with every entry from any thread, written on reload: a lock is shorter than a hop.
    private let threshold = Mutex<Logger.Level>(.info)
    // As above: nobody may wait for another queue to say something.
    private let limit = Mutex(RepetitionLimit())
    private let repetitions = Mutex(Repetitions())

    /// - Parameters:
    ///   - environment: `$JOURNAL_STREAM` tells whether standard error is the journal (systemd.exec(5)).
    ///   - clock: the time of entries.
    package init(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        clock: any WallClock = SystemClock()
    ) {
        destination = Self.isJournal(environment["JOURNAL_STREAM"]) ? .journal : .standardError
        self.clock = clock
    }

    /// Whether standard error ends in the journal, so that what is said there besides would be said twice.
    package var isJournal: Bool { destination == .journal }

    /// The least severe level that is written; may be changed at any time.
    package var level: Logger.Level {
        get { threshold.withLock { $0 } }
        set { threshold.withLock { $0 = newValue } }
    }

    /// A logger that writes here.
    package func logger(label: String) -> Logger {
        Logger(label: label) { _ in DaemonLogHandler(output: self) }
    }

    func write(_ message: String, level: Logger.Level, metadata: Logger.Metadata) {
        let record = LogRecord(time: clock.now, level: level, message: message, metadata: metadata)
        guard level >= .warning else { return emit(record) }
        for record in limit.withLock({ $0.judge(record) }) { emit(record) }
        armRepetitions()
    }

    /// Writes why the daemon ends. Where standard error is no journal the program itself says it there.
    func writeEnding(_ message: String, metadata: Logger.Metadata) {
        let record = LogRecord(time: clock.now, level: .error, message: message, metadata: metadata)
        if isJournal { JournalEntry(record).send() }
        buffer.append(record)
    }

    func writeEnding(_ error: any ExplainedError) {
        let diagnosis = error.diagnosis
        writeEnding("\(diagnosis.summary) \(diagnosis.remedy)", metadata: ["diagnosis": .stringConvertible(diagnosis)])
    }

    private func emit(_ record: LogRecord) {
        switch destination {
        case .journal: JournalEntry(record).send()
        case .standardError: StandardErrorEntry(record.message, level: record.level).write()
        }
        if record.level >= .info { buffer.append(record) }
    }

    private static func isJournal(_ stream: String?) -> Bool {
        var device: UInt64 = 0
        var inode: UInt64 = 0
        guard let stream, csystemd_identity(STDERR_FILENO, &device, &inode) == 0 else { return false }
        return stream == "\(device):\(inode)"
    }
}

/// What was held back is told when its time has come.
extension LogOutput {
    private static let deadline = "log repetitions"

    private struct Repetitions {
        var scheduler: (any Scheduler)?
        var armedFor: Date?
    }

    /// From now on; before, it is told when the same is said again.
    func tellRepetitions(by scheduler: any Scheduler) {
        repetitions.withLock { $0 = Repetitions(scheduler: scheduler) }
        armRepetitions()
    }

    /// Tells now how often things were said that were held back, and stops waiting.
    func finishRepetitions() {
        repetitions.withLock { repetitions in
            repetitions.scheduler?.cancel(Self.deadline)
            repetitions.scheduler = nil
        }
        for record in limit.withLock({ $0.finish(at: clock.now) }) { emit(record) }
    }

    private func armRepetitions() {
        let due = limit.withLock { $0.nextDue }
        repetitions.withLock { repetitions in
            guard let due, due != repetitions.armedFor, let scheduler = repetitions.scheduler else { return }
            repetitions.armedFor = due
            scheduler.schedule(Self.deadline, at: due) { [weak self] in self?.tellDueRepetitions() }
        }
    }

    private func tellDueRepetitions() {
        repetitions.withLock { $0.armedFor = nil }
        for record in limit.withLock({ $0.due(at: clock.now) }) { emit(record) }
        armRepetitions()
    }
}
