import ArgumentParser
import ControlAPI
import ControlClient
import Foundation

struct Force: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Force now: read the calendars at once, all or of these users, and print what changed."
    )

    @Argument(help: "E-mail addresses or extensions; none means all.")
    var users: [String] = []

    @OptionGroup var connection: Connection

    func run() async throws {
        var hasFailed = false
        try await connection.ask { client throws(ControlError) in
            let request = ForceRequest(users: users)
            let lines = try await client.postLines(ControlPath("v1", "force"), request, of: ForceLine.self)
            var progress = lines.makeAsyncIterator()
            while let line = try await progress.next() { hasFailed = tell(line) || hasFailed }
        }
        if hasFailed { throw ExitCode.failure }
    }

    /// - Returns: whether something failed.
    private func tell(_ line: ForceLine) -> Bool {
        if connection.json { connection.showLine(line, line: "") }
        switch line {
        case .progress(let done, let total):
            Terminal.progress("\(done) of \(total) read")
            return false
        case .changed(let change):
            Terminal.endProgress()
            if !connection.json { Terminal.say(PresenceChangeText(change).line) }
            return false
        case .finished(let failed, let unreachable):
            Terminal.endProgress()
            for connector in unreachable {
                Terminal.complain("connector \(connector.connector): \(connector.diagnosis): \(connector.summary)")
                Terminal.complain(connector.remedy)
            }
            for user in failed.prefix(20) where unreachable.isEmpty {
                Terminal.complain("could not read \(user); `freebusyctl show \(user)` says why")
            }
            return !failed.isEmpty
        }
    }
}
