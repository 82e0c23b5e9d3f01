/// What a GetUserAvailabilityRequest asks, checked as Exchange checks it.
/// https://learn.microsoft.com/exchange/client-developer/web-service-reference/getuseravailabilityrequest
struct AvailabilityQuery {
    /// In lower case, in the order asked; an entry without an address is empty and will not be found.
    var addresses: [String]
    var window: Range<Instant>
    /// The zone of the times in the request and in the answer.
    var clock: RequestTimeZone
    var view: AvailabilityView
    /// 5 to 1440, by default 30.
    var mergedIntervalMinutes: Int

    /// https://learn.microsoft.com/exchange/client-developer/web-service-reference/mailboxdataarray
    private static let mostMailboxes = 100
    /// https://learn.microsoft.com/exchange/client-developer/web-service-reference/timewindow
    private static let longestWindow = 42 * WallTime.day

    /// - Throws: the fault for the first thing that is wrong; Exchange refuses the request as a whole.
    init(_ element: XMLElement) throws(SOAPFault) {
        guard let zone = element.child("TimeZone"), let clock = RequestTimeZone(zone) else {
            throw SOAPFault(code: "ErrorTimeZone", message: "The time zone is missing or not valid.")
        }
        self.clock = clock
        let mailboxes = element.child("MailboxDataArray", Namespace.messages)?.children ?? []
        guard !mailboxes.isEmpty else {
            throw SOAPFault(code: "ErrorMailboxDataArrayEmpty", message: "There are no mailboxes in the request.")
        }
        guard mailboxes.count <= Self.mostMailboxes else {
            throw SOAPFault(
                code: "ErrorMailboxDataArrayTooBig",
                message: "There are \(mailboxes.count) mailboxes in the request; \(Self.mostMailboxes) are allowed."
            )
        }
        addresses = mailboxes.map { $0.child("Email")?.value("Address")?.lowercased() ?? "" }

        guard let options = element.child("FreeBusyViewOptions") else {
            throw .schemaValidation("FreeBusyViewOptions is missing.")
        }
        window = try Self.window(options, clock: clock)
        let requested = options.value("RequestedView") ?? AvailabilityView.freeBusy.rawValue
        guard let view = AvailabilityView(rawValue: requested), view != .none else {
            throw SOAPFault(code: "ErrorInvalidFreeBusyViewType", message: "\(requested) cannot be asked for.")
        }
        self.view = view
        mergedIntervalMinutes = options.value("MergedFreeBusyIntervalInMinutes").flatMap { Int($0) } ?? 30
        guard (5...1440).contains(mergedIntervalMinutes) else {
            throw SOAPFault(
                code: "ErrorInvalidMergedFreeBusyInterval",
                message: "The interval of merged free/busy must lie between 5 and 1440 minutes."
            )
        }
    }

    private static func window(_ options: XMLElement, clock: RequestTimeZone) throws(SOAPFault) -> Range<Instant> {
        let bounds = ["StartTime", "EndTime"].map { name in
            options.child("TimeWindow")?.value(name).flatMap { SchemaTime.instant($0, clock: clock) }
        }
        guard let start = bounds[0], let end = bounds[1] else { throw .schemaValidation("TimeWindow has no times.") }
        guard start < end else {
            throw SOAPFault(code: "ErrorInvalidTimeInterval", message: "The time window ends before it starts.")
        }
        guard end.seconds - start.seconds <= longestWindow else {
            throw SOAPFault(code: "ErrorTimeIntervalTooBig", message: "The time window is longer than 42 days.")
        }
        return start..<end
    }
}
