import Foundation

/// An automatic reply as files and the control interface write it:
/// `{"state": "scheduled", "start": "+2h", "end": "2026-12-24T12:00:00Z", "internal": "<p>…</p>", "external": "…"}`.
struct AutomaticReplyEntry: Codable, Sendable {
    /// `disabled`, `enabled` or `scheduled`.
    var state: String
    /// RFC 3339, or counted from now: a sign, a number and `m`, `h` or `d`.
    var start: String?
    var end: String?
    /// HTML for colleagues.
    var `internal`: String?
    /// HTML for everybody else; without it they get none.
    var external: String?

    /// The name of the file beside the calendars: an object of addresses and entries.
    static let fileName = "automatic-replies.json"

    func reply(now: Instant) throws(ControlMistake) -> AutomaticReply {
        guard let state = AutomaticReply.State(rawValue: state.capitalized) else {
            throw ControlMistake(description: "\"\(state)\" is none of disabled, enabled, scheduled")
        }
        var reply = AutomaticReply.untouched(now: now)
        reply.state = state
        reply.externalAudience = external == nil ? .none : .all
        if let start { reply.start = try ControlTime.instant(start, now: now) }
        reply.end =
            try end.map { text throws(ControlMistake) in try ControlTime.instant(text, now: now) }
            ?? reply.start + WallTime.day
        reply.internalMessage = `internal` ?? ""
        reply.externalMessage = external ?? ""
        guard state != .scheduled || reply.start < reply.end else {
            throw ControlMistake(description: "a scheduled reply needs an end after its start")
        }
        return reply
    }

    init(_ reply: AutomaticReply) {
        state = reply.state.rawValue.lowercased()
        start = reply.start.text
        end = reply.end.text
        `internal` = reply.internalMessage
        external = reply.externalAudience == .none ? nil : reply.externalMessage
    }
}
