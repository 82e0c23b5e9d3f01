/// What a subscription can ask to hear of.
/// https://learn.microsoft.com/exchange/client-developer/web-service-reference/eventtype
enum EventType: String, CaseIterable, Sendable {
    case copied = "CopiedEvent"
    case created = "CreatedEvent"
    case deleted = "DeletedEvent"
    case modified = "ModifiedEvent"
    case moved = "MovedEvent"
    case newMail = "NewMailEvent"
    case freeBusyChanged = "FreeBusyChangedEvent"
}

/// Something that happened to an appointment.
struct CalendarChange: Sendable {
    /// Created, modified or deleted.
    var type: EventType
    /// In lower case.
    var mailbox: String
    /// The appointment.
    var item: String
    /// Whether it shows as anything but free, so that free/busy changes with it.
    var concernsFreeBusy = true
    var time: Instant
}

/// One event of a mailbox's log.
struct NotificationEvent: Equatable, Sendable {
    /// Counts the mailbox's events from 1.
    var position: Int
    var type: EventType
    var mailbox: String
    var item: String
    var time: Instant
}

/// The events of one mailbox since the start, the last thousand of them.
struct EventLog: Sendable {
    static let longest = 1000

    private var events: [NotificationEvent] = []
    /// The position of the newest event, 0 before the first.
    private(set) var end = 0

    /// The position of the last event that is no longer here.
    var forgotten: Int { end - events.count }

    mutating func append(_ change: CalendarChange) {
        append(change.type, change)
        if change.concernsFreeBusy { append(.freeBusyChanged, change) }
        if events.count > Self.longest { events.removeFirst(events.count - Self.longest) }
    }

    private mutating func append(_ type: EventType, _ change: CalendarChange) {
        end += 1
        events.append(
            NotificationEvent(
                position: end,
                type: type,
                mailbox: change.mailbox,
                item: change.item,
                time: change.time
            )
        )
    }

    /// Those of the wanted types after a position; what was forgotten is left out.
    func events(after position: Int, of types: Set<EventType>) -> [NotificationEvent] {
        events.dropFirst(max(0, position - forgotten)).filter { types.contains($0.type) }
    }
}
