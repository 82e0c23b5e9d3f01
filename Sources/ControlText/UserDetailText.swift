import Availability
package import ControlAPI
package import Foundation

/// `show` for a person.
package struct UserDetailText: TerminalText {
    private static let week: TimeInterval = 7 * 86_400

    package let lines: [String]
    package let highlights: [Highlight]

    /// - Parameters:
    ///   - time: the moment that was asked for; `nil` means now.
    ///   - connector: the user's connector; `nil` where the daemon has none of the name.
    ///   - zone: the zone in which times are told.
    package init(_ detail: UserDetail, at time: Date?, now: Date, connector: ConnectorReport?, zone: TimeZone) {
        let clock = ClockText(zone: zone, relativeTo: now)
        var lines = Self.name(detail.summary)
        let moment = time.map { "At \(clock.text($0)): " } ?? ""
        if let move = detail.summary.moved { lines += Self.lines(move, to: detail.summary.connector, clock: clock) }
        let presence = lines.count
        lines += Self.presence(detail.summary, at: moment, clock: clock)
        highlights = [Highlight(detail.summary.presence, after: moment, line: presence, of: lines)].compactMap(\.self)
        lines += Self.lines(connector, named: detail.summary.connector, now: now)
        lines += ["", "Why"] + detail.explanation.flatMap { Paragraph($0, first: "  ", indent: 4).lines }
        lines += Self.appointments(detail, at: time, now: now, clock: clock)
        if let reply = detail.automaticReply { lines += AutomaticReplyText(reply, clock: clock).lines }
        lines.append("")
        lines += Paragraph(Self.coverage(detail, clock: clock)).lines
        if let subscription = detail.subscription {
            lines += Paragraph("Changes: by \(subscription.method) since \(clock.text(subscription.since))").lines
        }
        if let error = detail.lastError {
            lines +=
                Paragraph("Last error \(clock.text(error.at)) \(error.diagnosis): \(error.summary)", indent: 2).lines
            lines += Paragraph("→ \(error.remedy)", indent: 2).lines
        }
        self.lines = lines
    }

    private static func name(_ user: UserSummary) -> [String] {
        let name = user.displayName.flatMap { $0.isEmpty ? nil : "\($0) <\(user.address)>" } ?? user.address
        let phone = user.phoneExtension.map { ", extension \($0)" } ?? ""
        return Paragraph("\(name)\(phone), through \(user.connector)", indent: 2).lines
    }

    private static func lines(_ move: MoveReport, to connector: String, clock: ClockText) -> [String] {
        let said = move.diagnosis.map { " (\($0))" } ?? ""
        let why = "\(move.from) does not have the mailbox\(said)"
        return Paragraph("Moved from \(move.from) to \(connector) \(clock.text(move.at)): \(why)", indent: 2).lines
    }

    /// - Parameter moment: what the line begins with.
    private static func presence(_ user: UserSummary, at moment: String, clock: ClockText) -> [String] {
        let until = user.until.map { " until \(clock.text($0))" } ?? ""
        let since = user.since.map { ", since \(clock.text($0))" } ?? ""
        return Paragraph("\(moment)\(user.presence)\(until)\(user.reason.reasonInBrackets)\(since)", indent: 2).lines
    }

    /// What keeps the connector from reading, if anything does.
    private static func lines(_ connector: ConnectorReport?, named name: String, now: Date) -> [String] {
        guard let connector else { return Paragraph("There is no connector \(name).", indent: 2).lines }
        switch connector.state {
        case .connecting, .online: return []
        case .disabled: return Paragraph("The connector \(name) is switched off.", indent: 2).lines
        case .offline, .refused:
            var lines = Paragraph("The connector \(name) is \(connector.stateText(now: now)).", indent: 2).lines
            if let error = connector.lastError {
                lines += Paragraph("\(error.diagnosis): \(error.summary)", first: "  ", indent: 2).lines
                lines += Paragraph("→ \(error.remedy)", first: "  ", indent: 4).lines
            }
            return lines
        }
    }

    private static func appointments(_ detail: UserDetail, at time: Date?, now: Date, clock: ClockText) -> [String] {
        let start = time ?? now
        let end = start + week
        var lines = [
            "", time.map { "Appointments of the 7 days from \(clock.text($0))" } ?? "Appointments of the coming 7 days",
        ]
        guard let from = detail.coveredFrom, let until = detail.coveredUntil, from < end, start < until else {
            return lines + ["  not known"]
        }
        if start < from { lines.append("  not known before \(clock.text(from))") }
        if detail.appointments.isEmpty { lines.append("  none") }
        for appointment in detail.appointments {
            let texts = [
                clock.text(appointment.start, to: appointment.end), appointment.busyType.words, appointment.subject,
                appointment.location.map { "(\($0))" },
            ]
            lines += Paragraph(texts.compactMap(\.self).joined(separator: " "), first: "  ", indent: 4).lines
        }
        if until < end { lines.append("  not known after \(clock.text(until))") }
        return lines
    }

    private static func coverage(_ detail: UserDetail, clock: ClockText) -> String {
        guard let from = detail.coveredFrom, let until = detail.coveredUntil else { return "Nothing was read yet." }
        let age = detail.summary.dataAgeSeconds.map { ", read \(AgeText.text(Double($0))) ago" } ?? ""
        return "Known \(clock.text(from, to: until))\(age)"
    }
}
