import Availability
import Foundation
import Logging

/// Something that the daemon says: a message for a person, and its fields for who filters.
struct LogRecord: Hashable, Sendable {
    var time: Date
    var level: Logger.Level
    var message: String
    /// By the names of `docs/logging.md`, such as `user`, `connector`, `diagnosis`, `event`.
    var fields: [String: String]

    init(time: Date, level: Logger.Level, message: String, fields: [String: String] = [:]) {
        self.time = time
        self.level = level
        self.message = message
        self.fields = fields
    }

    /// - Parameter metadata: a ``Diagnosis`` in `diagnosis` becomes three fields, so that whoever reads the entry has the
    ///   words that `freebusyctl status` shows.
    init(time: Date, level: Logger.Level, message: String, metadata: Logger.Metadata) {
        self.init(time: time, level: level, message: message, fields: metadata.mapValues(\.description))
        guard case .stringConvertible(let value)? = metadata["diagnosis"], let diagnosis = value as? Diagnosis else {
            return
        }
        fields["summary"] = diagnosis.summary
        fields["remedy"] = diagnosis.remedy
    }
}
