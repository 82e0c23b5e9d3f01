import Foundation
import Logging
import TestSupport
import Testing

@testable import DaemonApp

@Suite("What is said over and over")
struct RepetitionLimitTests {
    private static let start = time("2026-11-23T08:00:00Z")
    private var limit = RepetitionLimit(most: 3, window: 600, capacity: 4)

    private func record(
        _ message: String,
        after seconds: TimeInterval = 0,
        level: Logger.Level = .warning,
        _ fields: [String: String] = [:]
    ) -> LogRecord {
        LogRecord(time: Self.start + seconds, level: level, message: message, fields: fields)
    }

    private mutating func said(_ records: [LogRecord]) -> [String] {
        records.flatMap { limit.judge($0) }.map(\.message)
    }

    @Test("is written a few times, then held back, and the number is told when the window is over")
    mutating func heldBack() {
        #expect(said((1...215).map { record("No \($0)", after: 1, ["diagnosis": "x.y"]) }) == ["No 1", "No 2", "No 3"])
        #expect(limit.nextDue == Self.start + 601)
        #expect(limit.due(at: Self.start + 600).isEmpty)
        let told = limit.due(at: Self.start + 601)
        #expect(told.map(\.message) == ["Said 212 times more in the last 10 min: No 215"])
        #expect(told.first?.fields == ["diagnosis": "x.y", "repeated": "212"])
        #expect(told.first?.time == Self.start + 601)
        #expect(limit.nextDue == nil)
    }

    @Test("begins anew after the window, behind the number of what was held back")
    mutating func anew() {
        _ = said((1...4).map { record("No \($0)", ["event": "e"]) })
        #expect(
            said([record("No 5", after: 700, ["event": "e"])]) == ["Said once more in the last 11 min: No 4", "No 5"]
        )
        #expect(said([record("No 6", after: 701, ["event": "e"])]) == ["No 6"])
    }

    @Test("is told at the end even if nobody asks any more")
    mutating func finish() {
        _ = said((1...5).map { record("No \($0)", ["event": "e"]) })
        #expect(limit.finish(at: Self.start + 240).map(\.message) == ["Said 2 times more in the last 4 min: No 5"])
        #expect(limit.finish(at: Self.start + 240).isEmpty)
    }

    @Test("is not held back where nothing is wrong: presences change as often as they do")
    mutating func information() {
        let changes = (1...100).map { record("Presence \($0)", level: .info, ["event": "presence-changed"]) }
        #expect(said(changes).count == 100)
        #expect(said((1...100).map { record("\($0)", level: .notice, ["event": "e"]) }).count == 100)
    }

    @Test(
        "is the same by its diagnosis, else by its event, else by its text, if about the same thing",
        arguments: [
            ([("a", ["diagnosis": "x.y", "user": "1"]), ("b", ["diagnosis": "x.y", "user": "2"])], true),
            ([("a", ["event": "e"]), ("b", ["event": "e"])], true),
            ([("a", [:]), ("a", [:])], true),
            ([("a", [:]), ("b", [:])], false),
            ([("a", ["diagnosis": "x.y"]), ("a", ["diagnosis": "x.z"])], false),
            ([("a", ["diagnosis": "x.y", "connector": "1"]), ("a", ["diagnosis": "x.y", "connector": "2"])], false),
            ([("a", ["diagnosis": "x.y", "hook": "1"]), ("a", ["diagnosis": "x.y", "hook": "2"])], false),
            ([("a", ["diagnosis": "x.y", "place": "f:1:1"]), ("a", ["diagnosis": "x.y", "place": "f:2:1"])], false),
        ]
    )
    func subjects(_ pair: [(String, [String: String])], isSame: Bool) {
        let subjects = pair.map { LogSubject(record($0.0, $0.1)) }
        #expect((subjects[0] == subjects[1]) == isSame)
    }

    @Test("never holds back something graver")
    func levels() {
        #expect(LogSubject(record("a", level: .warning)) != LogSubject(record("a", level: .error)))
    }

    @Test("is remembered of few things at once: the oldest goes, and is told")
    mutating func bounded() {
        _ = said((1...4).map { _ in record("first") } + (2...4).map { record("\($0)", after: Double($0)) })
        #expect(said([record("fifth", after: 60)]) == ["Said once more in the last 60 s: first", "fifth"])
        #expect(said([record("sixth", after: 60)]) == ["sixth"])
    }

    @Test("does not stay held back when the clock is set back")
    mutating func clock() {
        _ = said((1...5).map { _ in record("a") })
        #expect(said([record("a", after: -86_400)]).last == "a")
    }
}
