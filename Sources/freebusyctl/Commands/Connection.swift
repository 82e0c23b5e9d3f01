import ArgumentParser
import ControlAPI
import ControlClient
import Foundation

/// What every command is told: where the daemon is, and for whom to print.
struct Connection: ParsableArguments {
    private static let defaultPath = "/run/freebusyd/control.sock"

    @Option(
        help: ArgumentHelp(
            "The control socket of the daemon; else $FREEBUSYD_SOCKET, else \(defaultPath).",
            valueName: "path"
        )
    )
    var socket: String?

    @Flag(help: "Print JSON for programs.")
    var json = false

    /// Runs `command` and turns what goes wrong into a message and an exit code.
    func ask(_ command: (ControlClient) async throws(ControlError) -> Void) async throws {
        let path = socket ?? ProcessInfo.processInfo.environment["FREEBUSYD_SOCKET"] ?? Self.defaultPath
        do throws(ControlError) {
            try await command(ControlClient(socketPath: path))
        } catch {
            Terminal.complain("freebusyctl: \(error.message)")
            if let remedy = error.remedy { Terminal.complain(remedy) }
            throw ExitCode(error.isUnreachable ? 69 : EXIT_FAILURE)
        }
    }

    /// Prints `value` as JSON where that is wanted, else `lines`.
    func show(_ value: some Encodable, lines: @autoclosure () -> [String]) {
        guard json else { return lines().forEach { print($0) } }
        guard let data = try? ControlJSON.encode(value, pretty: true) else { return }
        print(String(decoding: data, as: UTF8.self))
    }

    /// Prints `value` as one line of JSON where that is wanted, else `line`.
    func showLine(_ value: some Encodable, line: @autoclosure () -> String) {
        guard json else { return Terminal.say(line()) }
        guard let data = try? ControlJSON.encode(value) else { return }
        Terminal.say(String(decoding: data, as: UTF8.self))
    }
}

/// Where text goes.
enum Terminal {
    /// A line that is seen at once, also through a pipe.
    static func say(_ line: String) {
        FileHandle.standardOutput.write(Data("\(line)\n".utf8))
    }

    static func complain(_ line: String) {
        FileHandle.standardError.write(Data("\(line)\n".utf8))
    }

    /// Writes over the last line of standard error, where a person looks at it.
    static func progress(_ text: String) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        FileHandle.standardError.write(Data("\r\(text)\u{1B}[K".utf8))
    }

    /// Ends the line that `progress` wrote over.
    static func endProgress() { progress("") }
}
