import ArgumentParser
import ControlAPI

/// The administrator's program: asks a running daemon over its control socket.
@main
struct Freebusyctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "freebusyctl",
        abstract: "Looks at a running freebusyd and tells it what to do.",
        discussion: """
            USER is an e-mail address (case does not matter) or an extension. Every command takes --socket PATH (else \
            $FREEBUSYD_SOCKET, else /run/freebusyd/control.sock) and --json.

            Exit codes: 0 done, 1 what was asked failed, 64 wrong usage, 69 the daemon cannot be reached.
            """,
        version: DaemonVersion.text,
        subcommands: [
            Status.self, Users.self, Show.self, Force.self, Override.self, Enable.self, Disable.self, Watch.self,
            Log.self, Hooks.self,
        ]
    )

    static func main() async {
        await main(LeadingOptions.moved(Array(CommandLine.arguments.dropFirst())))
    }
}
