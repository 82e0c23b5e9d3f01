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

    @Test("in the journal has its message, its priority and its fields")
    func fields() {
        let entry = JournalEntry("Cannot read", level: .warning, metadata: ["user": "a@b.cd", "diagnosis": "x.y"])
        #expect(
            entry.fields == [
                "MESSAGE=Cannot read", "PRIORITY=4", "SYSLOG_IDENTIFIER=freebusyd", "FREEBUSYD_DIAGNOSIS=x.y",
                "FREEBUSYD_USER=a@b.cd",
            ]
        )
    }
}
