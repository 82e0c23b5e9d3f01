import ArgumentParser
import ControlAPI
import ControlClient
import ControlText
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
            do throws(ControlError) {
                while let event = try await events.next() { tell(event) }
            } catch {
                // A daemon that was killed hangs up in the middle: to who watches it is as gone as one that stopped.
                guard error == .connectionLost else { throw error }
            }
            throw .streamEnded
        }
    }

    /// What this version does not know is passed over, as the standard asks of readers.
    private func tell(_ event: ServerSentEvent) {
        let data = Data(event.data.utf8)
        switch event.name {
        case "live":
            guard let mark = try? ControlJSON.decode(LiveMark.self, from: data) else { return }
            Terminal.complain("Watching \(mark.users) user\(mark.users == 1 ? "" : "s")")
        case "presence":
            guard let change = try? ControlJSON.decode(PresenceChange.self, from: data) else { return }
            connection.showLine(change, PresenceChangeText(change, zone: .current))
        default: return
        }
    }
}
