import ArgumentParser
import ControlAPI
import ControlClient
import ControlText
import Foundation

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Is the integration online? Each connector, the scan, the hooks."
    )

    @OptionGroup var connection: Connection

    func run() async throws {
        try await connection.ask { client throws(ControlError) in
            let status = try await client.get(ControlPath("v1", "status"), as: StatusReply.self)
            connection.show(status, StatusText(status, now: Date(), zone: .current))
        }
    }
}
