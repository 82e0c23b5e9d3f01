import ArgumentParser
import ControlAPI
import ControlClient
import ControlText
import Foundation

struct Enable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Switch the integration, a connector or a user on.",
        usage: "freebusyctl enable [--connector <name> | <user>]",
        discussion: "Without arguments the integration as a whole. It stays so through restarts."
    )

    @OptionGroup var subject: SwitchSubject
    @OptionGroup var connection: Connection

    func run() async throws { try await subject.put(EnabledRequest(enabled: true), over: connection) }
}

struct Disable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Switch the integration, a connector or a user off.",
        usage: "freebusyctl disable [--connector <name> | <user>]",
        discussion: """
            Without arguments the integration as a whole. Whose calendar is not read has the presence unknown, which the \
            hooks are told once. It stays so through restarts.
            """
    )

    @OptionGroup var subject: SwitchSubject
    @OptionGroup var connection: Connection

    func run() async throws { try await subject.put(EnabledRequest(enabled: false), over: connection) }
}

/// What is switched on or off.
struct SwitchSubject: ParsableArguments {
    @Option(
        help: ArgumentHelp("The connector of this name.", valueName: "name"),
        completion: .custom(Candidates.connectors)
    )
    var connector: String?

    @Argument(help: "E-mail address or extension.", completion: .custom(Candidates.users))
    var user: String?

    func validate() throws {
        guard connector == nil || user == nil else {
            throw ValidationError("Say either a connector or a user, not both.")
        }
    }

    func put(_ request: EnabledRequest, over connection: Connection) async throws {
        try await connection.ask { client throws(ControlError) in
            if let user {
                let detail: UserDetail = try await client.put(ControlPath("v1", "users", user, "enabled"), request)
                connection.show(detail, SwitchText(detail, isOn: request.enabled, now: Date(), zone: .current))
            } else if let connector {
                let path = ControlPath("v1", "connectors", connector, "enabled")
                let report: ConnectorReport = try await client.put(path, request)
                connection.show(report, SwitchText(report, isOn: request.enabled, now: Date()))
            } else {
                let status: StatusReply = try await client.put(ControlPath("v1", "enabled"), request)
                connection.show(status, SwitchText(status, isOn: request.enabled))
            }
        }
    }
}
