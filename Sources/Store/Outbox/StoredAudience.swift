import Availability
import Foundation
import GRDB
import Synchronization

/// An audience as the database keeps it, and asks it of many users within one statement.
enum StoredAudience {
    /// The function of SQL that says whether the hook of an audience is told what a user shows: its text, the extension,
    /// the connector, the presence. Without an audience, or one that somebody spoilt by hand, everything is told.
    static let function = "is_told"

    static func register(in database: Database) {
        let newest = Newest()
        database.add(
            function: DatabaseFunction(function, argumentCount: 4, pure: true) { values in
                guard let text = String.fromDatabaseValue(values[0]) else { return true }
                guard let audience = newest.audience(text) else { return true }
                let shown = String.fromDatabaseValue(values[3]).flatMap(Presence.init) ?? .unknown
                return audience.wants(shown)
                    && audience.includes(
                        phoneExtension: String.fromDatabaseValue(values[1]),
                        connector: String.fromDatabaseValue(values[2]) ?? ""
                    )
            }
        )
    }

    static func text(_ audience: HookAudience) throws -> String {
        String(decoding: try JSONEncoder().encode(audience), as: UTF8.self)
    }

    static func read(_ text: String) -> HookAudience? {
        try? JSONDecoder().decode(HookAudience.self, from: Data(text.utf8))
    }

    /// What was read last: a statement asks the same of every user. A connection calls from one thread at a time, which
    /// the compiler cannot know.
    private final class Newest: Sendable {
        private let known = Mutex<(text: String, audience: HookAudience)?>(nil)

        func audience(_ text: String) -> HookAudience? {
            if let known = known.withLock({ $0 }), known.text == text { return known.audience }
            guard let audience = StoredAudience.read(text) else { return nil }
            known.withLock { $0 = (text, audience) }
            return audience
        }
    }
}
