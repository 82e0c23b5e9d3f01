package import Foundation

/// Something that the daemon said: an element of `GET /v1/log`, and with `follow=true` a line of it.
package struct LogEntry: Codable, Hashable, Sendable {
    /// Rises by one and never comes back: what is behind it is asked for with `after`.
    package var number: Int64
    package var at: Date
    /// `info`, `notice`, `warning`, `error` or `critical`.
    package var level: String
    package var message: String
    /// What happened, such as `presence-changed`; entries that tell of a failure have a diagnosis instead.
    @OrNull package var event: String?
    /// An address.
    @OrNull package var user: String?
    @OrNull package var connector: String?
    @OrNull package var diagnosis: String?
    /// The other fields by name, such as `hook`.
    package var fields: [String: String]

    package init(
        number: Int64,
        at: Date,
        level: String,
        message: String,
        event: String?,
        user: String?,
        connector: String?,
        diagnosis: String?,
        fields: [String: String]
    ) {
        self.number = number
        self.at = at
        self.level = level
        self.message = message
        self.event = event
        self.user = user
        self.connector = connector
        self.diagnosis = diagnosis
        self.fields = fields
    }
}
