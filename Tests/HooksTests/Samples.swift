import Availability
import Foundation
import Logging
import Synchronization
import TestSupport
import Testing

/// Monday morning, when the tests play.
let monday = time("2026-11-23T08:00:00Z")

/// The moment this many seconds after `monday`.
func later(_ seconds: TimeInterval) -> Date { monday.addingTimeInterval(seconds) }

func mailbox(_ name: String) throws -> MailboxAddress {
    try #require(MailboxAddress("\(name)@example.com"))
}

/// Of a user with an extension of its own, 101 for ada.
func event(
    _ id: String,
    of user: MailboxAddress,
    _ previous: Presence = .available,
    _ presence: Presence = .meeting,
    until: Date? = nil,
    announcement: Announcement? = nil,
    sequence: Int64 = 1
) -> PresenceEvent {
    event(
        id,
        of: user,
        previous,
        presence,
        phoneExtension: phoneExtension(of: user),
        until: until,
        announcement: announcement,
        sequence: sequence
    )
}

func event(
    _ id: String,
    of user: MailboxAddress,
    _ previous: Presence = .available,
    _ presence: Presence = .meeting,
    phoneExtension: String?,
    until: Date? = nil,
    announcement: Announcement? = nil,
    sequence: Int64 = 1
) -> PresenceEvent {
    let current = CurrentPresence(
        presence: presence,
        reason: .appointment,
        since: monday,
        until: until,
        announcement: announcement,
        sequence: sequence
    )
    return PresenceEvent(
        id: id,
        user: user,
        phoneExtension: phoneExtension,
        current: current,
        previous: previous,
        freshness: .fresh,
        at: monday
    )
}

/// Keeps the lines that a logger writes, for tests to look at.
final class LogBook: Sendable {
    struct Line: Sendable {
        var level: Logger.Level
        var message: String
        var metadata: Logger.Metadata
    }

    private let kept = Mutex<[Line]>([])

    var lines: [Line] { kept.withLock(\.self) }

    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(book: self) }
        logger.logLevel = .debug
        return logger
    }

    /// What programs wrote, line by line.
    var output: [String] { lines.compactMap { $0.metadata["output"].map { "\($0)" } } }

    /// The lines that begin with these words.
    func lines(_ beginning: String) -> [Line] { lines.filter { $0.message.hasPrefix(beginning) } }

    private struct Handler: LogHandler {
        let book: LogBook
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.debug

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let line = Line(level: event.level, message: "\(event.message)", metadata: event.metadata ?? [:])
            book.kept.withLock { $0.append(line) }
        }
    }
}

/// Everybody has one of their own.
private func phoneExtension(of user: MailboxAddress) -> String {
    user.text.hasPrefix("ada@") ? "101" : user.text
}

/// Whom `event` tells of.
func user(_ address: MailboxAddress) -> User {
    User(address: address, phoneExtension: phoneExtension(of: address), connector: "main")
}
