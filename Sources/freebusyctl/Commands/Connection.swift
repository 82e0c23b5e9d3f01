import ArgumentParser
import ControlAPI
import ControlClient
import ControlText
import Foundation

/// What every command is told: where the daemon is, and for whom to print.
struct Connection: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The control socket of the daemon; else $FREEBUSYD_SOCKET, else \(SocketPath.standard).",
            valueName: "path"
        ),
        completion: .file()
    )
    var socket: String?

    @Flag(help: "Print JSON for programs.")
    var json = false

    func validate() throws {
        do throws(SocketPath.TooLong) {
            _ = try socketPath()
        } catch {
            throw ValidationError(error.description)
        }
    }

    /// Runs `command` and turns what goes wrong into a message and an exit code.
    func ask(_ command: (ControlClient) async throws(ControlError) -> Void) async throws {
        let path = try socketPath().text
        do throws(ControlError) {
            try await command(ControlClient(socketPath: path))
        } catch {
            Terminal.endProgress()
            Terminal.complain("freebusyctl: \(error.message)")
            if let remedy = error.remedy { Terminal.complain(remedy) }
            throw ExitCode(error.isUnreachable ? 69 : EXIT_FAILURE)
        }
    }

    /// Prints `value` as JSON where that is wanted, else `text`.
    func show(_ value: some Encodable, _ text: @autoclosure () -> some TerminalText) {
        guard json else { return Terminal.say(text()) }
        guard let data = try? ControlJSON.encode(value, pretty: true) else { return }
        Terminal.say(json: data)
    }

    /// Prints `value` as one line of JSON where that is wanted, else `text`.
    func showLine(_ value: some Encodable, _ text: @autoclosure () -> some TerminalText) {
        guard json else { return Terminal.say(text()) }
        guard let data = try? ControlJSON.encode(value) else { return }
        Terminal.say(json: data)
    }

    private func socketPath() throws(SocketPath.TooLong) -> SocketPath {
        try SocketPath(option: socket, environment: ProcessInfo.processInfo.environment)
    }
}
