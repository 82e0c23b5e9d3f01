/// What can happen in a folder that somebody has subscribed to
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/eventtype>).
package enum NotificationEventType: String, CaseIterable, Hashable, Sendable {
    case copied = "CopiedEvent"
    case created = "CreatedEvent"
    case deleted = "DeletedEvent"
    /// Of an item or of the folder; some servers tell nearly every change by the latter.
    case modified = "ModifiedEvent"
    case moved = "MovedEvent"
    /// Says nothing of a calendar.
    case newMail = "NewMailEvent"
    /// Since Exchange 2010 SP1. Comes late or never, so it is not enough alone.
    case freeBusyChanged = "FreeBusyChangedEvent"

    /// What can change a calendar; for servers older than Exchange 2010 SP1, leave `freeBusyChanged` out.
    package static let ofCalendars: [NotificationEventType] = [
        .copied, .created, .deleted, .modified, .moved, .freeBusyChanged,
    ]
}
