import ControlText
import Foundation

/// Where text goes. Whatever is written passes through here, and nothing that would steer the terminal does.
enum Terminal {
    /// Lines on standard output, seen at once, also through a pipe.
    static func say(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        write(lines.map { "\($0.printable)\n" }.joined())
    }

    /// JSON on standard output.
    static func say(json: Data) {
        write(String(decoding: json, as: UTF8.self).printableJSON + "\n")
    }

    /// A line on standard error.
    static func complain(_ line: String) {
        // Where standard error fails there is nobody left to tell.
        try? FileHandle.standardError.write(contentsOf: Data("\(line.printable)\n".utf8))
    }

    /// Writes over the last line of standard error, where a person looks at it.
    static func progress(_ text: String) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        try? FileHandle.standardError.write(contentsOf: Data("\r\(text.printable)\u{1B}[K".utf8))
    }

    /// Ends the line that `progress` wrote over.
    static func endProgress() { progress("") }

    /// Ends the program where standard output takes nothing more: what was asked for cannot be shown, and half of it
    /// must not look like all of it.
    private static func write(_ text: String) {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
        } catch {
            complain("freebusyctl: cannot write to standard output (\(String(cString: strerror(errno)))).")
            exit(EXIT_FAILURE)
        }
    }
}
