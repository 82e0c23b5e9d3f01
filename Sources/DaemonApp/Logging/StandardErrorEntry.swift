import Foundation
import Logging

/// One entry on standard error: `<6>message`, one line, whatever the message holds.
struct StandardErrorEntry {
    let line: String

    init(_ message: String, level: Logger.Level) {
        let text = message.split(whereSeparator: \.isNewline).joined(separator: " ")
        line = "<\(level.priority)>\(text)\n"
    }

    /// One `write` for each line, so that lines of several threads do not mix.
    func write() {
        var bytes = Array(line.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            // Nobody reads the log any more: that must not stop the daemon.
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }
}
