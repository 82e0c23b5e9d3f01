import ArgumentParser
import ControlAPI
import ControlClient
import ControlText
import Foundation

struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "One user: presence, why, appointments of the coming 7 days, automatic reply."
    )

    @Argument(help: "E-mail address or extension.", completion: .custom(Candidates.users))
    var user: String

    @Option(
        help: ArgumentHelp(
            """
            Show the presence at this time, from stored data: 2026-11-23T09:00:00Z, or in local time \
            "2026-11-23 09:00" or 09:00 (today).
            """,
            valueName: "time"
        )
    )
    var at: String?

    @OptionGroup var connection: Connection

    func validate() throws {
        do throws(TimeArgument.NotATime) {
            _ = try moment(now: Date())
        } catch {
            throw ValidationError(error.description)
        }
    }

    func run() async throws {
        let now = Date()
        let zone = TimeZone.current
        let time = try moment(now: now)
        try await connection.ask { client throws(ControlError) in
            let detail = try await client.get(path(at: time, zone: zone), as: UserDetail.self)
            guard !connection.json else { return connection.show(detail, PlainText([])) }
            let status = try await client.get(ControlPath("v1", "status"), as: StatusReply.self)
            let connector = status.connectors.first { $0.name == detail.summary.connector }
            Terminal.say(UserDetailText(detail, at: time, now: now, connector: connector, zone: zone))
        }
    }

    private func moment(now: Date) throws(TimeArgument.NotATime) -> Date? {
        guard let at else { return nil }
        return try TimeArgument(at, now: now, zone: .current).date
    }

    private func path(at time: Date?, zone: TimeZone) -> ControlPath {
        guard let time else { return ControlPath("v1", "users", user, query: ["zone": zone.identifier]) }
        return ControlPath("v1", "users", user, query: ["at": time.formatted(.iso8601), "zone": zone.identifier])
    }
}
