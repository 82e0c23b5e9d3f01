import Foundation

/// The calendars that were asked for, in the order of the request
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getuseravailabilityresponse>).
///
/// Unlike other operations it has no `ResponseMessages`: each mailbox carries its own message.
package struct GetUserAvailabilityResponse: Hashable, Sendable {
    /// What the server says of one mailbox
    /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/freebusyresponse>).
    package enum FreeBusyResponse: Hashable, Sendable {
        case success(FreeBusyView)
        case failure(ResponseMessage)
        /// Something in this mailbox's part makes no sense; the others are not touched by it.
        case unreadable(EWSDecodingError)
    }

    /// As many as the server sent; compare with how many mailboxes were asked for.
    package var freeBusyResponses: [FreeBusyResponse]

    package init(freeBusyResponses: [FreeBusyResponse]) {
        self.freeBusyResponses = freeBusyResponses
    }

    /// Decodes the body of an HTTP response, whatever its status.
    package static func decode(
        _ bytes: [UInt8],
        limits: ParserLimits = ParserLimits()
    ) throws(EWSDecodingError) -> EWSReply<GetUserAvailabilityResponse> {
        try EnvelopeDecoder<Reader>.decode(bytes, limits: limits)
    }
}

extension GetUserAvailabilityResponse {
    final class Reader: ResponseReader {
        private var freeBusyResponses: [FreeBusyResponse] = []
        private let message = ResponseMessage.Reader()
        /// The mailbox that is being read.
        private var mailbox = MailboxDraft()
        private var event = EventDraft()

        var pattern: ElementPattern {
            let response = ElementPattern(
                .messages,
                "FreeBusyResponse",
                children: [message.pattern, view],
                open: { _ in
                    self.mailbox = MailboxDraft()
                    self.message.reset()
                },
                close: { () throws(Reason) in
                    self.mailbox.isComplete = true
                    let outcome = try self.mailbox.freeBusyResponse(self.message.responseMessage)
                    self.freeBusyResponses.append(outcome)
                }
            )
            let array = ElementPattern(.messages, "FreeBusyResponseArray", children: [response])
            return ElementPattern(.messages, "GetUserAvailabilityResponse", children: [array])
        }

        private var view: ElementPattern {
            let type = ElementPattern.text(.types, "FreeBusyViewType") { text throws(Reason) in
                self.mailbox.viewType = try text.value(FreeBusyViewType.self)
            }
            let merged = ElementPattern.text(.types, "MergedFreeBusy") { text throws(Reason) in
                guard let digits = MergedFreeBusy(digits: text.trimmed) else { throw text.invalid }
                self.mailbox.mergedFreeBusy = digits
            }
            let events = ElementPattern(.types, "CalendarEventArray", children: [calendarEvent])
            return ElementPattern(
                .messages,
                "FreeBusyView",
                children: [type, merged, events],
                open: { _ in self.mailbox.hasView = true }
            )
        }

        private var calendarEvent: ElementPattern {
            ElementPattern(
                .types,
                "CalendarEvent",
                children: [
                    .text(.types, "StartTime") { text throws(Reason) in self.event.startTime = try text.dateTime() },
                    .text(.types, "EndTime") { text throws(Reason) in self.event.endTime = try text.dateTime() },
                    .text(.types, "BusyType") { text throws(Reason) in
                        self.event.busyType = try text.value(LegacyFreeBusyType.self)
                    },
                    details,
                ],
                open: { _ in self.event = EventDraft() },
                close: { () throws(Reason) in
                    self.mailbox.calendarEvents.append(try self.event.calendarEvent())
                }
            )
        }

        private var details: ElementPattern {
            ElementPattern(
                .types,
                "CalendarEventDetails",
                children: [
                    .text(.types, "Subject") { self.event.details?.subject = String($0.string.prefix(1_000)) },
                    .text(.types, "Location") { self.event.details?.location = String($0.string.prefix(1_000)) },
                    .text(.types, "IsPrivate") { text throws(Reason) in
                        self.event.details?.isPrivate = try text.boolean()
                    },
                ],
                open: { _ in self.event.details = CalendarEventDetails() }
            )
        }

        func tolerates(_ error: EWSDecodingError) -> Bool {
            switch error.reason {
            case .invalidValue, .missing: break
            default: return false
            }
            if mailbox.isComplete {
                freeBusyResponses.append(.unreadable(error))
            } else {
                mailbox.defect = mailbox.defect ?? error
            }
            return true
        }

        func value() -> GetUserAvailabilityResponse {
            GetUserAvailabilityResponse(freeBusyResponses: freeBusyResponses)
        }
    }

    /// The part of one mailbox, as far as it was read.
    private struct MailboxDraft {
        var hasView = false
        var viewType: FreeBusyViewType?
        var mergedFreeBusy: MergedFreeBusy?
        var calendarEvents: [CalendarEvent] = []
        /// The first thing that made no sense.
        var defect: EWSDecodingError?
        /// Whether its end was seen.
        var isComplete = false

        /// An error that the server tells goes before anything that was not understood.
        func freeBusyResponse(
            _ message: ResponseMessage?
        ) throws(EWSDecodingError.Reason) -> FreeBusyResponse {
            if let message, message.responseCode != .noError, !hasView { return .failure(message) }
            if let defect { return .unreadable(defect) }
            guard hasView else { throw .missing(element: "FreeBusyView") }
            guard let viewType else { throw .missing(element: "FreeBusyViewType") }
            return .success(
                FreeBusyView(viewType: viewType, mergedFreeBusy: mergedFreeBusy, calendarEvents: calendarEvents)
            )
        }
    }

    /// An appointment, as far as it was read.
    private struct EventDraft {
        var startTime: Date?
        var endTime: Date?
        var busyType: LegacyFreeBusyType?
        var details: CalendarEventDetails?

        func calendarEvent() throws(EWSDecodingError.Reason) -> CalendarEvent {
            guard let startTime else { throw .missing(element: "StartTime") }
            guard let endTime else { throw .missing(element: "EndTime") }
            guard let busyType else { throw .missing(element: "BusyType") }
            return CalendarEvent(startTime: startTime, endTime: endTime, busyType: busyType, details: details)
        }
    }
}
