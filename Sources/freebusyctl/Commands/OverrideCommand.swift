import ArgumentParser
import ControlAPI
import ControlClient
import ControlText
import Foundation

struct Override: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Set a user's presence by hand, or take that back.",
        usage: """
            freebusyctl override <user> available|meeting|away [--until <time>]
            freebusyctl override <user> --clear
            """,
        discussion: """
            It wins over calendar and automatic reply, survives restarts, and without --until it holds until the next \
            appointment starts. Prints what is shown now and until when.
            """
    )

    enum Presence: String, CaseIterable, ExpressibleByArgument {
        case available, meeting, away
    }

    @Argument(help: "E-mail address or extension.", completion: .custom(Candidates.users))
    var user: String

    @Argument(help: "What to show.")
    var presence: Presence?

    @Option(
        help: ArgumentHelp(
            """
            When it ends, at most a year ahead: 2026-11-23T09:00:00Z, or in local time "2026-11-23 09:00" or 09:00 \
            (today).
            """,
            valueName: "time"
        )
    )
    var until: String?

    @Flag(help: "Take back what was set.")
    var clear = false

    @OptionGroup var connection: Connection

    func validate() throws {
        guard (presence != nil) != clear else {
            throw ValidationError("Say either what to show, as in `override USER away`, or --clear.")
        }
        guard until == nil || !clear else { throw ValidationError("--until has no meaning with --clear.") }
        do throws(TimeArgument.NotATime) {
            _ = try end(now: Date())
        } catch {
            throw ValidationError(error.description)
        }
    }

    func run() async throws {
        let now = Date()
        let zone = TimeZone.current
        let end = try end(now: now)
        let path = ControlPath("v1", "users", user, "override", query: ["zone": zone.identifier])
        try await connection.ask { client throws(ControlError) in
            let detail: UserDetail
            if let presence {
                detail = try await client.put(path, OverrideRequest(presence: presence.rawValue, until: end))
            } else {
                detail = try await client.delete(path)
            }
            connection.show(detail, OverrideText(detail, now: now, zone: zone))
        }
    }

    private func end(now: Date) throws(TimeArgument.NotATime) -> Date? {
        guard let until else { return nil }
        return try TimeArgument(until, now: now, zone: .current).date
    }
}
