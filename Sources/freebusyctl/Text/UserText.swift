import Availability
import ControlAPI
import Foundation

/// `users` for a person: one line a user.
struct UserListText {
    let lines: [String]

    init(_ users: [UserSummary], now: Date, zone: TimeZone = .current) {
        let clock = ClockText(zone: zone, relativeTo: now)
        var table = TextTable(headings: ["USER", "EXT", "PRESENCE", "UNTIL", "WHY", "DATA"])
        table.rows = users.map { user in
            [
                user.address,
                user.phoneExtension ?? "-",
                user.enabled ? user.presence : "disabled",
                user.until.map(clock.text) ?? "-",
                user.reason.words,
                user.dataAgeSeconds.map { "\(user.freshness), \(AgeText.text(Double($0)))" } ?? "none",
            ]
        }
        lines = table.lines()
    }
}

/// `show` for a person.
struct UserDetailText {
    let lines: [String]

    init(_ detail: UserDetail, at time: Date, zone: TimeZone = .current) {
        let clock = ClockText(zone: zone, relativeTo: time)
        let user = detail.summary
        let name = user.displayName.map { "\($0) " } ?? ""
        let phone = user.phoneExtension.map { ", extension \($0)" } ?? ""
        var lines = ["\(name)<\(user.address)>\(phone), through \(user.connector)"]
        let until = user.until.map { " until \(clock.text($0))" } ?? ""
        let since = user.since.map { ", since \(clock.text($0))" } ?? ""
        lines.append("\(user.presence)\(until) (\(user.reason.words))\(since)")
        lines += ["", "Why"] + detail.explanation.map { "  \($0)" }
        lines += ["", "Appointments of the coming 7 days"] + Self.appointments(detail.appointments, clock: clock)
        if let reply = detail.automaticReply, reply.state != "disabled" { lines += Self.lines(reply, clock: clock) }
        lines += ["", "Known until \(detail.coveredUntil.map(clock.text) ?? "nothing was read yet")"]
        if let error = detail.lastError {
            lines.append("Last error \(clock.text(error.at)) \(error.diagnosis): \(error.summary)")
            lines.append("→ \(error.remedy)")
        }
        self.lines = lines
    }

    private static func appointments(_ appointments: [AppointmentReport], clock: ClockText) -> [String] {
        guard !appointments.isEmpty else { return ["  none"] }
        return appointments.map { appointment in
            let span = "\(clock.text(appointment.start))–\(clock.text(appointment.end))"
            let subject = appointment.subject.map { "  \($0)" } ?? ""
            return "  \(span)  \(appointment.busyType.words)\(subject)"
        }
    }

    private static func lines(_ reply: AutomaticReplyReport, clock: ClockText) -> [String] {
        let span = zip(reply.start, reply.end).map { " \(clock.text($0))–\(clock.text($1))" } ?? ""
        return ["", "Automatic reply \(reply.state)\(span)", "  internal: \(reply.internalText)"]
            + ["  external: \(reply.externalText)"]
    }

    private static func zip(_ start: Date?, _ end: Date?) -> (Date, Date)? {
        guard let start, let end else { return nil }
        return (start, end)
    }
}

/// A change of presence for a person: one line.
struct PresenceChangeText {
    let line: String

    init(_ change: PresenceChange, zone: TimeZone = .current) {
        let clock = ClockText(zone: zone, relativeTo: change.at)
        let until = change.until.map { " until \(clock.text($0))" } ?? ""
        let outcome = "\(change.previous) -> \(change.presence)\(until)"
        line = "\(clock.text(change.at))  \(change.user): \(outcome) (\(change.reason.words))"
    }
}

extension String {
    /// A word of the API as people write it.
    var words: String { replacing("_", with: " ") }
}
