package import Foundation

/// How much an entry of the event log matters. What is less than `info` is not kept.
package enum EventLogLevel: String, CaseIterable, Comparable, Sendable {
    case info, notice, warning, error, critical

    /// The priority of syslog(3): the lower, the graver.
    var priority: Int64 {
        switch self {
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    /// What a priority stands for; the nearest where somebody wrote another by hand.
    init(priority: Int64) {
        self = Self.allCases.first { $0.priority <= priority } ?? .critical
    }

    package static func < (left: Self, right: Self) -> Bool { left.priority > right.priority }
}

/// Something that the daemon said, as it is kept for whoever asks later.
package struct EventLogEntry: Hashable, Sendable {
    /// Bytes of a message that are kept, or a few less.
    package static let longestMessage = 4_096
    /// Bytes of the value of a field that are kept, or a few less.
    package static let longestValue = 1_024

    /// Kept in whole seconds.
    package var at: Date
    package var level: EventLogLevel
    /// Ready to be read by a person; cut at ``longestMessage``.
    package var message: String
    /// By name, such as `user`, `connector`, `diagnosis`, `event`; each cut at ``longestValue``.
    package var fields: [String: String]

    package init(at: Date, level: EventLogLevel, message: String, fields: [String: String]) {
        self.at = at
        self.level = level
        self.message = message.cut(to: Self.longestMessage)
        self.fields = fields.mapValues { $0.cut(to: Self.longestValue) }
    }
}

/// An entry with the number it was given: they rise by one and never come back.
package struct NumberedLogEntry: Hashable, Sendable {
    package var number: Int64
    package var entry: EventLogEntry
}

/// Which entries of the event log are wanted; what is `nil` does not matter.
package struct EventLogFilter: Hashable, Sendable {
    /// This level and graver ones.
    package var leastLevel: EventLogLevel?
    /// An address.
    package var user: String?
    package var connector: String?
    package var diagnosis: String?

    package init(
        leastLevel: EventLogLevel? = nil,
        user: String? = nil,
        connector: String? = nil,
        diagnosis: String? = nil
    ) {
        self.leastLevel = leastLevel
        self.user = user
        self.connector = connector
        self.diagnosis = diagnosis
    }
}

extension String {
    /// The beginning that fits; `…` stands for the rest. A character that the end goes through is left out or replaced.
    fileprivate func cut(to bytes: Int) -> String {
        guard utf8.count > bytes else { return self }
        return String(decoding: utf8.prefix(bytes - "…".utf8.count), as: UTF8.self) + "…"
    }
}
