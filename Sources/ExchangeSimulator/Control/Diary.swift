/// Changes calendars, and lets subscribers know.
struct Diary: Sendable {
    let mailboxes: Mailboxes
    let notifications: Notifications
    /// The wall clock: what `+2h` counts from, and when events happened.
    let now: @Sendable () -> Instant

    /// - Returns: the appointment with the id it was given; nil when there is no such mailbox.
    /// - Throws: when a time is none.
    func book(_ order: BookingOrder, for address: String) async throws(ControlMistake) -> Occurrence? {
        let booked = await mailboxes.book(try order.occurrence(now: now()), for: address)
        return await tell(of: booked, .created, in: address)
    }

    /// - Returns: the appointment at its new time; nil when there is no such mailbox or appointment.
    /// - Throws: when a time is none.
    func move(_ order: MoveOrder, of address: String) async throws(ControlMistake) -> Occurrence? {
        let start = try ControlTime.instant(order.start, now: now())
        let end = try ControlTime.instant(order.end, now: now())
        let moved = await mailboxes.move(order.id, of: address, to: start, until: end)
        return await tell(of: moved, .modified, in: address)
    }

    /// - Returns: what was cancelled; nil when there is no such mailbox or appointment.
    func cancel(_ order: CancelOrder, of address: String) async -> Occurrence? {
        let cancelled = await mailboxes.cancel(order.id, of: address)
        return await tell(of: cancelled, .deleted, in: address)
    }

    private func tell(of occurrence: Occurrence?, _ type: EventType, in address: String) async -> Occurrence? {
        guard let occurrence else { return nil }
        await notifications.record(
            CalendarChange(
                type: type,
                mailbox: address,
                item: occurrence.id,
                concernsFreeBusy: occurrence.busyType != .free,
                time: now()
            )
        )
        return occurrence
    }
}
