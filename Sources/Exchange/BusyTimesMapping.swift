import Availability
import EWSMessages

/// Turns what Exchange says of calendars into what the engine knows of them.
struct BusyTimesMapping: Sendable {
    let request: GetUserAvailabilityRequest
    let serverVersion: ServerVersion?
    let readsDetails: Bool
    let classifier: FailureClassifier

    /// - Returns: one reading for each mailbox of the request.
    /// - Throws: where the answer does not tell which part belongs to which mailbox.
    func readings(of response: GetUserAvailabilityResponse) throws(SourceFailure) -> [BusyTimesReading] {
        let parts = response.freeBusyResponses
        guard parts.count == request.mailboxes.count else { throw mismatch(parts) }
        return zip(request.mailboxes, parts).map { mailbox, part in reading(of: part, mailbox) }
    }

    private func reading(
        of response: GetUserAvailabilityResponse.FreeBusyResponse,
        _ mailbox: String
    ) -> BusyTimesReading {
        switch response {
        case .failure(let message):
            return .failure(classifier.failure(message.responseCode, message.messageXml, of: mailbox, .calendar))
        case .unreadable(let error):
            return .failure(MailboxFailure(.unexpectedAnswer(error.description), retry: .later))
        case .success(let view):
            let events = view.calendarEvents(
                windowStart: request.window.startTime,
                mergedIntervalInMinutes: request.mergedIntervalInMinutes,
                serverVersion: serverVersion
            )
            guard let events else {
                return .failure(MailboxFailure(classifier.noAccess(to: .calendar, of: mailbox), retry: .later))
            }
            return .success(events.map(interval))
        }
    }

    /// Subject and location stay behind unless they were asked for; of a private appointment, `BusyInterval` drops them.
    private func interval(_ event: CalendarEvent) -> BusyInterval {
        BusyInterval(
            start: event.startTime,
            end: event.endTime,
            busyType: BusyType(event.busyType),
            subject: readsDetails ? event.details?.subject : nil,
            location: readsDetails ? event.details?.location : nil,
            isPrivate: event.details?.isPrivate ?? false
        )
    }

    /// Some servers answer a request that they refuse as a whole with the error of a single mailbox.
    private func mismatch(_ parts: [GetUserAvailabilityResponse.FreeBusyResponse]) -> SourceFailure {
        if case .failure(let message)? = parts.first, parts.count == 1 {
            let whole = classifier.wholeFailure(message.responseCode, message.messageXml)
            return whole ?? SourceFailure(.serverFault(message.responseCode.rawValue), retry: .later)
        }
        let what = "it holds \(parts.count) calendars where \(request.mailboxes.count) were asked for"
        return SourceFailure(.unexpectedAnswer(what), retry: .later)
    }
}

extension BusyType {
    init(_ type: LegacyFreeBusyType) {
        switch type {
        case .free: self = .free
        case .tentative: self = .tentative
        case .busy: self = .busy
        case .outOfOffice: self = .outOfOffice
        case .workingElsewhere: self = .workingElsewhere
        case .noData: self = .noData
        }
    }
}
