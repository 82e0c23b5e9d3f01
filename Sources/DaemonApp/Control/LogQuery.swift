import Availability
import HummingbirdCore
import Store

/// What is asked of `GET /v1/log`.
struct LogQuery: Sendable {
    /// The most entries that one answer has: all there are.
    static let largestLimit = PresenceDatabase.logCapacity

    /// At most so many entries; without `after` the newest.
    var limit = 100
    /// Only what is behind this number.
    var after: Int64?
    /// Go on with what is said from now on.
    var follows = false
    var filter = EventLogFilter()
    /// As it was asked for: an address or an extension.
    var user: String?

    init(_ parameters: FlatDictionary<Substring, Substring>) throws(ControlProblem) {
        if let text = parameters["limit"] {
            guard let number = Int(text), (1...Self.largestLimit).contains(number) else {
                throw .badParameter("limit", String(text), form: "a number from 1 to \(Self.largestLimit)")
            }
            limit = number
        }
        if let text = parameters["after"] {
            guard let number = Int64(text), number >= 0 else {
                throw .badParameter("after", String(text), form: "the number of an entry, or 0")
            }
            after = number
        }
        if let text = parameters["follow"] {
            guard let flag = Bool(String(text)) else {
                throw .badParameter("follow", String(text), form: "true or false")
            }
            follows = flag
        }
        if let text = parameters["level"] {
            guard let level = EventLogLevel(rawValue: String(text)) else {
                let levels = EventLogLevel.allCases.map(\.rawValue).joined(separator: ", ")
                throw .badParameter("level", String(text), form: "one of \(levels)")
            }
            filter.leastLevel = level
        }
        user = parameters["user"].map(String.init)
        filter.connector = parameters["connector"].map(String.init)
        filter.diagnosis = parameters["diagnosis"].map(String.init)
    }
}
