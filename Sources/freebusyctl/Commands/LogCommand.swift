import ArgumentParser
import ControlAPI
import ControlClient
import ControlText
import Foundation

struct Log: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What the service has said, newest last.",
        discussion: """
            The service keeps its newest 10,000 entries from info on. Under systemd the journal has the same, with an \
            explanation of each: journalctl -x -u freebusyd.
            """
    )

    /// From the least to the gravest.
    enum Level: String, CaseIterable, ExpressibleByArgument {
        case info, notice, warning, error, critical
    }

    @OptionGroup var connection: Connection

    @Flag(name: .shortAndLong, help: "Go on with what is said from now on, until interrupted.")
    var follow = false

    @Option(name: [.customShort("n"), .long], help: "The newest so many entries.")
    var lines = 50

    @Option(help: "Only what is at least as grave.")
    var level: Level?

    @Option(help: "Only what is about this user.")
    var user: String?

    @Option(help: ArgumentHelp("Only what is about this connector.", valueName: "name"))
    var connector: String?

    @Option(help: ArgumentHelp("Only what has this diagnosis, such as tls.expired.", valueName: "id"))
    var diagnosis: String?

    func validate() throws {
        guard (1...10_000).contains(lines) else { throw ValidationError("Give --lines a number from 1 to 10000.") }
    }

    func run() async throws {
        try await connection.ask { client throws(ControlError) in
            follow ? try await followLog(client) : try await showLog(client)
        }
    }

    private func showLog(_ client: ControlClient) async throws(ControlError) {
        let entries = try await client.get(path(), as: [LogEntry].self)
        connection.show(
            entries,
            PlainText(entries.flatMap { LogText($0, zone: .current, width: Terminal.width).lines })
        )
    }

    private func followLog(_ client: ControlClient) async throws(ControlError) {
        let stream = try await client.getLines(path(), of: LogEntry.self)
        var entries = stream.makeAsyncIterator()
        do throws(ControlError) {
            while let entry = try await entries.next() {
                connection.showLine(entry, LogText(entry, zone: .current, width: Terminal.width))
            }
        } catch {
            // A daemon that was killed hangs up in the middle: to who listens it is as gone as one that stopped.
            guard error == .connectionLost else { throw error }
        }
        throw .streamEnded
    }

    private func path() -> ControlPath {
        var query: [(name: String, value: String)] = [("limit", "\(lines)")]
        if follow { query.append(("follow", "true")) }
        if let level { query.append(("level", level.rawValue)) }
        if let user { query.append(("user", user)) }
        if let connector { query.append(("connector", connector)) }
        if let diagnosis { query.append(("diagnosis", diagnosis)) }
        return ControlPath(["v1", "log"], query: query)
    }
}
