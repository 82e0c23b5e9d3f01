import CSystemd
import Foundation
package import Logging
import Synchronization

/// Where log entries go, decided once at the start: to the journal with fields where systemd reads our standard
/// error, else to standard error with the `<N>` prefix of sd-daemon(3).
///
/// It must be decided up front, since `sd_journal_sendv` reports success and drops the entry where no journal listens.
package final class LogOutput: Sendable {
    private enum Destination: Sendable {
        case journal
        case standardError
    }

    private let destination: Destination
    // Read with every entry from any thread, written on reload: a lock is shorter than a hop.
    private let threshold = Mutex<Logger.Level>(.info)

    /// - Parameter environment: `$JOURNAL_STREAM` tells whether standard error is the journal (systemd.exec(5)).
    package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        destination = Self.isJournal(environment["JOURNAL_STREAM"]) ? .journal : .standardError
    }

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
        switch destination {
        case .journal: JournalEntry(message, level: level, metadata: metadata).send()
        case .standardError: StandardErrorEntry(message, level: level).write()
        }
    }

    private static func isJournal(_ stream: String?) -> Bool {
        var device: UInt64 = 0
        var inode: UInt64 = 0
        guard let stream, csystemd_identity(STDERR_FILENO, &device, &inode) == 0 else { return false }
        return stream == "\(device):\(inode)"
    }
}

/// Hands entries of swift-log to a ``LogOutput``.
struct DaemonLogHandler: LogHandler {
    let output: LogOutput
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(output: LogOutput) {
        self.output = output
    }

    /// The one level of the output; setting it on a single logger has no meaning here.
    var logLevel: Logger.Level {
        get { output.level }
        nonmutating set { output.level = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let merged = metadata.merging(event.metadata ?? [:]) { $1 }
        output.write(event.message.description, level: event.level, metadata: merged)
    }
}

extension Logger.Level {
    /// The priority of syslog(3) that the journal sorts by.
    var priority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
