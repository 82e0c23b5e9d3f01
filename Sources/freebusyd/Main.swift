import ArgumentParser
import ControlAPI
import DaemonApp
import Foundation

/// The daemon's program: arguments, signals and exit codes, nothing else.
@main
struct Freebusyd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "freebusyd",
        abstract: "Tells a telephone system who is available, in a meeting or away, from Exchange calendars.",
        discussion: """
            Runs in the foreground, as systemd and containers want it. The log goes to the journal under systemd, else \
            to standard error.

            Signals: SIGUSR1 reads all calendars now, SIGHUP reloads the configuration (a file with mistakes changes \
            nothing; so closing a terminal does not stop the daemon), SIGTERM and SIGINT stop in an orderly way.

            Exit codes: 0 stopped as asked, 1 failed, 64 wrong usage, 78 mistakes in the configuration.
            """,
        version: DaemonVersion.text,
        subcommands: [Run.self, Check.self, CheckConfig.self],
        defaultSubcommand: Run.self
    )
}

/// What all commands are told.
struct ConfigurationOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("The configuration file (TOML).", valueName: "file"),
        completion: .file(extensions: ["toml"])
    )
    var config = "/etc/freebusyd/config.toml"
}

/// `freebusyd run`, also meant where no command is given.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run the daemon (the default).")

    @OptionGroup var file: ConfigurationOption

    func run() async throws {
        let signals = SignalCommands()
        let output = LogOutput()
        let daemon = Daemon(
            configurationPath: file.config,
            environment: ProcessInfo.processInfo.environment,
            output: output
        )
        switch await daemon.run(commands: signals.commands) {
        case .stopped: return
        // In the journal it stands already, with its fields.
        case .badConfiguration(let lines): throw Stop.misconfigured(output.isJournal ? [] : lines)
        case .failed(let why): throw Stop.failed(output.isJournal ? [] : [why])
        }
    }
}

/// Ends the program with a message on standard error and the exit code of sysexits(3).
enum Stop {
    /// Lines on standard output.
    static func tell(_ lines: [String]) { FileHandle.standardOutput.write(Data(lines.map { "\($0)\n" }.joined().utf8)) }

    static func failed(_ lines: [String]) -> ExitCode {
        say(lines)
        return ExitCode(EXIT_FAILURE)
    }

    static func misconfigured(_ lines: [String]) -> ExitCode {
        say(lines)
        return ExitCode(78)
    }

    static func say(_ lines: [String]) {
        FileHandle.standardError.write(Data(lines.map { "\($0)\n" }.joined().utf8))
    }
}
