/// A mailbox as the control interface shows it.
struct MailboxReport: Encodable {
    var address: String
    var source: String
    /// By how many weeks the file was moved.
    var shiftWeeks: Int
    var grantedView: String
    var impersonation: Bool
    /// The response code it is made to fail with.
    var failure: String?
    var automaticReply: AutomaticReplyEntry

    init(_ mailbox: Mailbox) {
        address = mailbox.address
        source = mailbox.source
        shiftWeeks = mailbox.shiftWeeks
        grantedView = mailbox.granted.rawValue
        impersonation = mailbox.allowsImpersonation
        failure = mailbox.failure?.code
        automaticReply = AutomaticReplyEntry(mailbox.automaticReply)
    }
}

/// An appointment as the control interface shows it.
struct AppointmentReport: Encodable {
    var id: String
    var start: String
    var end: String
    var busyType: String
    var subject: String
    var location: String
    var isPrivate: Bool
    var isRecurring: Bool

    init(_ occurrence: Occurrence) {
        id = occurrence.id
        start = occurrence.start.text
        end = occurrence.end.text
        busyType = occurrence.busyType.rawValue
        subject = occurrence.subject
        location = occurrence.location
        isPrivate = occurrence.isPrivate
        isRecurring = occurrence.isRecurring
    }
}

/// A stretch of a calendar and nothing else: what a client should have found out.
struct BusyIntervalReport: Encodable {
    var start: String
    var end: String
    var busyType: String

    init(_ occurrence: Occurrence) {
        start = occurrence.start.text
        end = occurrence.end.text
        busyType = occurrence.busyType.rawValue
    }
}

/// `POST …/appointments`. Times are RFC 3339 or like `+2h`.
struct BookingOrder: Decodable {
    var start: String
    var end: String
    var busyType: BusyType?
    var subject: String?
    var location: String?
    var isPrivate: Bool?

    func occurrence(now: Instant) throws(ControlMistake) -> Occurrence {
        Occurrence(
            id: "",
            start: try ControlTime.instant(start, now: now),
            end: try ControlTime.instant(end, now: now),
            busyType: busyType ?? .busy,
            subject: subject ?? "",
            location: location ?? "",
            isPrivate: isPrivate ?? false
        )
    }
}

/// `POST …/appointments/move`.
struct MoveOrder: Decodable {
    var id: String
    var start: String
    var end: String
}

/// `POST …/appointments/cancel`.
struct CancelOrder: Decodable {
    var id: String
}

/// One of the list that `POST /_sim/changes` takes: the mailbox, what to do, and what the order for that takes.
struct ChangeOrder: Decodable {
    enum Kind {
        case book(BookingOrder)
        case move(MoveOrder)
        case cancel(CancelOrder)
    }

    /// In lower case.
    var user: String
    var kind: Kind

    private enum CodingKeys: CodingKey {
        case user, `do`
    }

    private enum Verb: String, Decodable {
        case book, move, cancel
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        user = try fields.decode(String.self, forKey: .user).lowercased()
        switch try fields.decode(Verb.self, forKey: .do) {
        case .book: kind = .book(try BookingOrder(from: decoder))
        case .move: kind = .move(try MoveOrder(from: decoder))
        case .cancel: kind = .cancel(try CancelOrder(from: decoder))
        }
    }

    /// - Returns: the appointment as it is now, or was before it was cancelled.
    func carryOut(in diary: Diary) async throws(ControlMistake) -> Occurrence {
        let changed =
            switch kind {
            case .book(let order): try await diary.book(order, for: user)
            case .move(let order): try await diary.move(order, of: user)
            case .cancel(let order): await diary.cancel(order, of: user)
            }
        guard let changed else { throw ControlMistake(description: "no such mailbox or appointment") }
        return changed
    }
}

/// What became of `POST /_sim/changes`.
struct ChangesReport: Encodable {
    /// Of the appointments, in the order of the changes made.
    var ids: [String]
    /// Why it ended before the last.
    var problem: String?
}

/// `PUT …/granted-view`.
struct GrantedViewOrder: Decodable {
    var view: AvailabilityView
}

/// `PUT …/impersonation`.
struct ImpersonationOrder: Decodable {
    var allowed: Bool
}

/// `PUT …/failure`; null ends it.
struct FailureOrder: Decodable {
    var responseCode: String?
}

/// `POST /_sim/busy`.
struct BusyOrder: Decodable {
    var milliseconds: Int
}

/// `POST /_sim/slow`.
struct SlowOrder: Decodable {
    var milliseconds: Int
}

/// `POST /_sim/away`.
struct AwayOrder: Decodable {
    var requests: Int
}

/// `POST /_sim/answer-twice`.
struct AnswerTwiceOrder: Decodable {
    var faults: Int
}

/// What is wrong with an order.
struct ProblemReport: Encodable {
    var problem: String
}
