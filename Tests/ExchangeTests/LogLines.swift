import Logging
import Synchronization

/// What was logged: text and event of each line.
final class LogLines: Sendable {
    private let state = Mutex<[(line: String, event: String?)]>([])

    var lines: [String] { state.withLock { $0.map(\.line) } }
    var events: [String?] { state.withLock { $0.map(\.event) } }

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    fileprivate func note(_ line: String, _ event: String?) {
        state.withLock { $0.append((line, event)) }
    }
}

private struct Handler: LogHandler {
    let lines: LogLines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lines.note("\(event.message)", event.metadata?["event"]?.description)
    }
}
