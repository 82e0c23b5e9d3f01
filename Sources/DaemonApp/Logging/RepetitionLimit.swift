import Availability
import Foundation
import Logging

/// Decides what of the same thing said over and over is written: the first few times within a window, and when the window
/// is over one line with the number of the others. Presence changes and all else below `warning` are never held back.
struct RepetitionLimit: Sendable {
    /// How often the same is written within a window.
    let most: Int
    /// Seconds, counted from the first time.
    let window: TimeInterval
    /// Different things that are counted at once.
    let capacity: Int

    private var series: [LogSubject: Series] = [:]

    init(most: Int = 10, window: TimeInterval = 600, capacity: Int = 500) {
        self.most = most
        self.window = window
        self.capacity = capacity
    }

    /// What has been said of one thing since its window began.
    private struct Series: Sendable {
        var begunAt: Date
        var said = 1
        var held = 0
        var last: LogRecord

        func summary(at time: Date) -> LogRecord? {
            guard held > 0 else { return nil }
            let count = held == 1 ? "once" : "\(held) times"
            let length = AgeText.text(time.timeIntervalSince(begunAt))
            var summary = last
            summary.time = time
            summary.message = "Said \(count) more in the last \(length): \(last.message)"
            summary.fields["repeated"] = "\(held)"
            return summary
        }
    }

    /// When the next window ends in which something was held back.
    var nextDue: Date? {
        series.values.filter { $0.held > 0 }.map { $0.begunAt + window }.min()
    }

    /// What is to be written now that `record` is said, in this order.
    mutating func judge(_ record: LogRecord) -> [LogRecord] {
        guard record.level >= .warning else { return [record] }
        let subject = LogSubject(record)
        guard var current = series[subject], !isOver(current, at: record.time) else {
            let told = forget(subject, at: record.time) + makeRoom(at: record.time)
            series[subject] = Series(begunAt: record.time, last: record)
            return told + [record]
        }
        defer { series[subject] = current }
        guard current.said == most else {
            current.said += 1
            return [record]
        }
        current.held += 1
        current.last = record
        return []
    }

    /// What to tell of the windows that are over.
    mutating func due(at time: Date) -> [LogRecord] {
        let over = series.filter { isOver($0.value, at: time) }.map(\.key)
        return sorted(over).flatMap { forget($0, at: time) }
    }

    /// What to tell of everything, before nobody asks any more.
    mutating func finish(at time: Date) -> [LogRecord] {
        sorted(Array(series.keys)).flatMap { forget($0, at: time) }
    }

    /// A clock that was set back ends windows too: else they would last for as long.
    private func isOver(_ series: Series, at time: Date) -> Bool {
        time >= series.begunAt + window || time < series.begunAt
    }

    private mutating func forget(_ subject: LogSubject, at time: Date) -> [LogRecord] {
        series.removeValue(forKey: subject)?.summary(at: time).map { [$0] } ?? []
    }

    /// The oldest goes, and is told, where all windows are still open.
    private mutating func makeRoom(at time: Date) -> [LogRecord] {
        guard series.count >= capacity else { return [] }
        let told = due(at: time)
        guard series.count >= capacity, let oldest = sorted(Array(series.keys)).first else { return told }
        return told + forget(oldest, at: time)
    }

    private func sorted(_ subjects: [LogSubject]) -> [LogSubject] {
        subjects.sorted { (series[$0]?.begunAt ?? .distantPast) < (series[$1]?.begunAt ?? .distantPast) }
    }
}

/// What makes two entries the same: one diagnosis, or else one event, or else one text, about the same thing. Of a cause
/// that meets many users the first few are named.
struct LogSubject: Hashable, Sendable {
    private static let things = ["connector", "hook", "place"]

    private let level: Logger.Level
    private let what: String
    private let about: [String]

    init(_ record: LogRecord) {
        level = record.level
        what = record.fields["diagnosis"] ?? record.fields["event"] ?? record.message
        about = Self.things.map { record.fields[$0] ?? "" }
    }
}
