import ControlText
import Foundation

/// Where text goes. Whatever is written passes through here, and nothing that would steer the terminal does.
enum Terminal {
    /// Lines on standard output, seen at once, also through a pipe; coloured where a person wants that.
    static func say(_ text: some TerminalText) {
        let isColoured = ColourChoice.isColoured(isTerminal: isatty(STDOUT_FILENO) == 1, environment: environment)
        let lines = isColoured ? text.colouredLines : text.lines.map(\.printable)
        guard !lines.isEmpty else { return }
        write(lines.map { "\($0)\n" }.joined())
    }

    /// Columns that a table may have: those of a terminal that is wider than everything fits, where there is one.
    static var width: Int {
        var size = winsize()
        guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 else {
            return Paragraph.width
        }
        return max(Paragraph.width, Int(size.ws_col))
    }

    /// JSON on standard output.
    static func say(json: Data) {
        write(String(decoding: json, as: UTF8.self).printableJSON + "\n")
    }

    /// A line on standard error; on a terminal broken between words.
    static func complain(_ line: String) {
        let lines = isatty(STDERR_FILENO) == 1 ? Paragraph(line, indent: 2).lines : [line.printable]
        // Where standard error fails there is nobody left to tell.
        try? FileHandle.standardError.write(contentsOf: Data(lines.map { "\($0)\n" }.joined().utf8))
    }

    /// Writes over the last line of standard error, where a person looks at it and the terminal can.
    static func progress(_ text: String) {
        guard isatty(STDERR_FILENO) == 1, ColourChoice.isSteerable(environment: environment) else { return }
        try? FileHandle.standardError.write(contentsOf: Data("\r\(text.printable)\u{1B}[K".utf8))
    }

    /// Ends the line that `progress` wrote over.
    static func endProgress() { progress("") }

    private static var environment: [String: String] { ProcessInfo.processInfo.environment }

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
