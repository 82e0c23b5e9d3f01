import ArgumentParser
import ControlAPI
import ControlClient
import ControlText
import Foundation

struct Force: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Force now: read the calendars at once, all or of these users, and print what changed.",
        discussion: """
            With --json every line is an object with one key that says what it is:

              {"progress": {"done": 3, "total": 5}}   so many users were read or failed
              {"changed": {…}}                        a change, the same object as in watch
              {"finished": {"failed": ["ADDRESS", …], "unreachable": [{"connector", …}]}}

            The line finished is the last. Exit code 1 means that it names users that failed.
            """
    )

    @Argument(help: "E-mail addresses or extensions; none means all.", completion: .custom(Candidates.users))
    var users: [String] = []

    @OptionGroup var connection: Connection

    func run() async throws {
        var hasFailed = false
        try await connection.ask { client throws(ControlError) in
            let started = ContinuousClock.now
            let lines = try await client.postLines(
                ControlPath("v1", "force"),
                ForceRequest(users: users),
                of: ForceLine.self
            )
            var reading = Reading()
            var progress = lines.makeAsyncIterator()
            while let line = try await progress.next() {
                tell(line)
                reading.note(line)
            }
            guard let ending = reading.ending else { throw .connectionLost }
            hasFailed = !ending.failed.isEmpty
            guard !connection.json else { return }
            try await conclude(reading, ending, duration: started.duration(to: .now), client: client)
        }
        if hasFailed { throw ExitCode.failure }
    }

    /// What the lines of one reading told so far.
    private struct Reading {
        var total = 0
        var changed = 0
        var ending: (failed: [String], unreachable: [ForceLine.Unreachable])?

        mutating func note(_ line: ForceLine) {
            switch line {
            case .progress(_, let total): self.total = total
            case .changed: changed += 1
            case .finished(let failed, let unreachable): ending = (failed, unreachable)
            }
        }
    }

    private func tell(_ line: ForceLine) {
        guard !connection.json else { return connection.showLine(line, PlainText([])) }
        switch line {
        case .progress(let done, let total): Terminal.progress("\(done) of \(total) read")
        case .changed(let change):
            Terminal.endProgress()
            Terminal.say(PresenceChangeText(change, zone: .current))
        case .finished: Terminal.endProgress()
        }
    }

    private func conclude(
        _ reading: Reading,
        _ ending: (failed: [String], unreachable: [ForceLine.Unreachable]),
        duration: Duration,
        client: ControlClient
    ) async throws(ControlError) {
        // The list knows why each user failed.
        let users =
            ending.failed.isEmpty ? [] : try await client.get(ControlPath("v1", "users"), as: [UserSummary].self)
        let text = ForceText(
            total: reading.total,
            changed: reading.changed,
            duration: duration / .seconds(1),
            failed: ending.failed,
            unreachable: ending.unreachable,
            users: users
        )
        for complaint in text.complaints { Terminal.complain("freebusyctl: \(complaint)") }
        Terminal.say(PlainText([text.summary]))
    }
}
