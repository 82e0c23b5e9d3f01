import ArgumentParser
import ControlAPI
import ControlClient
import Foundation

struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Presence changes as they happen, until interrupted; with --json one object a line."
    )

    @OptionGroup var connection: Connection

    func run() async throws {
        try await connection.ask { client throws(ControlError) in
            let stream = try await client.events(ControlPath("v1", "presence-stream"))
            var events = stream.makeAsyncIterator()
            while let event = try await events.next() { tell(event) }
            Terminal.complain("freebusyd ended the stream: it was stopped.")
        }
    }

    /// What this version does not know is passed over, as the standard asks of readers.
    private func tell(_ event: ServerSentEvent) {
        let data = Data(event.data.utf8)
        switch event.name {
        case "live":
            guard let mark = try? ControlJSON.decode(LiveMark.self, from: data) else { return }
            Terminal.complain("Watching \(mark.users) users")
        case "presence":
            guard let change = try? ControlJSON.decode(PresenceChange.self, from: data) else { return }
            connection.showLine(change, line: PresenceChangeText(change).line)
        default: return
        }
    }
}
