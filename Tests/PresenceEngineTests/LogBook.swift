import Logging
import Synchronization

/// Keeps the lines that a logger writes, for tests to look at.
final class LogBook: Sendable {
    private let kept = Mutex<[String]>([])

    /// The lines from `info` on, without what goes with them.
    var lines: [String] { kept.withLock(\.self) }

    var logger: Logger { Logger(label: "test") { _ in Handler(book: self) } }

    /// The lines that hold these words.
    func lines(with words: String) -> [String] { lines.filter { $0.contains(words) } }

    private struct Handler: LogHandler {
        let book: LogBook
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { book.kept.withLock { $0.append("\(event.message)") } }
    }
}
