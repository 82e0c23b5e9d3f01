import Availability
import Foundation
import Logging
import Testing

@testable import DaemonApp

@Suite("A log entry")
struct LogEntryTests {
    @Test(
        "on standard error begins with its priority of sd-daemon(3)",
        arguments: [
            (Logger.Level.debug, "<7>"), (.info, "<6>"), (.notice, "<5>"), (.warning, "<4>"), (.error, "<3>"),
            (.critical, "<2>"),
        ]
    )
    func priority(level: Logger.Level, prefix: String) {
        #expect(StandardErrorEntry("Stopped", level: level).line == "\(prefix)Stopped\n")
    }

    @Test("is one line, whatever the message holds: nobody can forge an entry of his own")
    func oneLine() {
        #expect(StandardErrorEntry("a\n<3>b\r\nc", level: .info).line.filter(\.isNewline).count == 1)
    }

    private func fields(_ fields: [String: String]) -> [String] {
        JournalEntry(LogRecord(time: .distantPast, level: .warning, message: "Cannot read", fields: fields)).fields
    }

    @Test("in the journal has its message, its priority and its fields")
    func journalFields() {
        #expect(
            fields(["user": "a@b.cd", "diagnosis": "x.y"]) == [
                "MESSAGE=Cannot read", "PRIORITY=4", "SYSLOG_IDENTIFIER=freebusyd", "FREEBUSYD_DIAGNOSIS=x.y",
                "FREEBUSYD_USER=a@b.cd",
            ]
        )
    }

    @Test("of a diagnosis has its sentence and its remedy as fields, whatever the message says")
    func explained() {
        let diagnosis = Diagnosis(id: "tls.expired", summary: "It has expired.", remedy: "Renew it.")
        let metadata: Logger.Metadata = ["diagnosis": .stringConvertible(diagnosis), "connector": "hq"]
        let record = LogRecord(time: .distantPast, level: .error, message: "Connector hq: no.", metadata: metadata)
        #expect(
            record.fields == [
                "diagnosis": "tls.expired", "connector": "hq", "summary": "It has expired.", "remedy": "Renew it.",
            ]
        )
        let fields = JournalEntry(record).fields
        #expect(fields.contains("FREEBUSYD_DIAGNOSIS=tls.expired"))
        #expect(fields.contains("FREEBUSYD_REMEDY=Renew it."))
        #expect(fields.contains { $0.hasPrefix("MESSAGE_ID=") })
    }

    @Test("in the journal has the identity of its diagnosis, or else of its event")
    func identity() throws {
        func identity(_ fields: [String: String]) -> String? {
            self.fields(fields).first { $0.hasPrefix("MESSAGE_ID=") }
        }
        let diagnosis = try #require(identity(["diagnosis": "tls.expired"]))
        let event = try #require(identity(["event": "presence-changed"]))
        #expect(diagnosis != event)
        #expect(identity(["diagnosis": "tls.expired", "event": "presence-changed"]) == diagnosis)
        #expect(diagnosis.wholeMatch(of: /MESSAGE_ID=[0-9a-f]{32}/) != nil)
        #expect(identity([:]) == nil)
    }
}
