/// An automatic reply as a mailbox keeps it.
/// https://learn.microsoft.com/exchange/client-developer/web-service-reference/oofsettings
struct AutomaticReply: Sendable {
    enum State: String, Codable, Sendable {
        case disabled = "Disabled"
        case enabled = "Enabled"
        /// Holds from `start` to `end`.
        case scheduled = "Scheduled"
    }

    enum Audience: String, Codable, Sendable {
        case none = "None"
        case known = "Known"
        case all = "All"
    }

    var state: State
    var externalAudience = Audience.all
    var start: Instant
    var end: Instant
    /// HTML.
    var internalMessage = ""
    /// HTML.
    var externalMessage = ""

    /// Never touched: off, with the day Exchange shows all the same.
    static func untouched(now: Instant) -> AutomaticReply {
        let hour = Instant(seconds: now.seconds / 3600 * 3600)
        return AutomaticReply(state: .disabled, externalAudience: .none, start: hour, end: hour + WallTime.day)
    }
}
