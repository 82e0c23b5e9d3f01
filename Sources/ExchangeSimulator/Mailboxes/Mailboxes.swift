/// All mailboxes of the simulated server; operations and the control interface meet here.
actor Mailboxes {
    /// By address in lower case.
    private var mailboxes: [String: Mailbox] = [:]
    /// Numbers bookings so that their ids never repeat.
    private var nextBooking = 1
    private let now: @Sendable () -> Instant

    /// - Parameter now: the wall clock.
    init(now: @escaping @Sendable () -> Instant) {
        self.now = now
    }

    /// One that is added later replaces an earlier one of the same address.
    func add(_ added: [Mailbox]) {
        for mailbox in added { mailboxes[mailbox.address] = mailbox }
    }

    /// By the wall clock.
    var moment: Instant { now() }

    // MARK: For operations

    /// The answer for each address, in the order asked.
    func calendars(of addresses: [String], in window: Range<Instant>) -> [Result<VisibleCalendar, MailboxError>] {
        addresses.map { address in
            guard let mailbox = mailboxes[address] else { return .failure(.notFound(address)) }
            if let failure = mailbox.failure { return .failure(failure) }
            let occurrences = mailboxes[address]?.occurrences(in: window) ?? []
            return .success(VisibleCalendar(granted: mailbox.granted, occurrences: occurrences))
        }
    }

    /// - Parameter actor: whose rights count: the caller or whom it impersonates.
    func automaticReply(of address: String, askedBy actor: String) -> Result<AutomaticReply, MailboxError> {
        switch ownMailbox(address, askedBy: actor) {
        case .failure(let error): .failure(error)
        case .success(let mailbox): .success(mailbox.automaticReply)
        }
    }

    /// - Returns: why it was not changed.
    func setAutomaticReply(_ reply: AutomaticReply, of address: String, askedBy actor: String) -> MailboxError? {
        if case .failure(let error) = ownMailbox(address, askedBy: actor) { return error }
        mailboxes[address]?.automaticReply = reply
        return nil
    }

    /// - Throws: the fault for a caller who may not act as this mailbox.
    func checkImpersonation(of address: String) throws(SOAPFault) {
        guard let mailbox = mailboxes[address] else {
            throw SOAPFault(
                code: "ErrorNonExistentMailbox",
                message: "The SMTP address has no mailbox associated with it."
            )
        }
        guard mailbox.allowsImpersonation else {
            throw SOAPFault(
                code: "ErrorImpersonateUserDenied",
                message: "The account does not have permission to impersonate the requested user."
            )
        }
    }

    /// Whether events of a calendar may be heard: by the mailbox itself, and by others who may see anything of it.
    func checkCalendar(of address: String, askedBy actor: String) throws(MailboxError) {
        guard let mailbox = mailboxes[address] else {
            throw MailboxError(
                code: "ErrorNonExistentMailbox",
                message: "The SMTP address has no mailbox associated with it."
            )
        }
        if let failure = mailbox.failure { throw failure }
        guard actor == address || mailbox.granted != .none else {
            throw MailboxError(code: "ErrorAccessDenied", message: "Access is denied. Check credentials and try again.")
        }
    }

    /// Automatic replies are shown to the mailbox itself and to nobody else.
    private func ownMailbox(_ address: String, askedBy actor: String) -> Result<Mailbox, MailboxError> {
        guard let mailbox = mailboxes[address] else { return .failure(.notFound(address)) }
        if let failure = mailbox.failure { return .failure(failure) }
        guard actor == address else {
            return .failure(
                MailboxError(
                    code: "ErrorAccessDenied",
                    message:
                        "Microsoft Exchange Server doesn't allow the requester to access the settings of this user."
                )
            )
        }
        return .success(mailbox)
    }

    // MARK: For the control interface

    /// By address.
    var all: [Mailbox] { mailboxes.values.sorted { $0.address < $1.address } }

    func mailbox(_ address: String) -> Mailbox? { mailboxes[address] }

    /// - Returns: false when there is no such mailbox.
    func change(_ address: String, _ body: @Sendable (inout Mailbox) -> Void) -> Bool {
        guard var mailbox = mailboxes[address] else { return false }
        body(&mailbox)
        mailboxes[address] = mailbox
        return true
    }

    /// Whatever is granted: the control interface sees everything. Nil when there is no such mailbox.
    func occurrences(of address: String, in window: Range<Instant>) -> [Occurrence]? {
        mailboxes[address]?.occurrences(in: window)
    }

    /// The same of every mailbox, by address.
    func occurrences(in window: Range<Instant>) -> [String: [Occurrence]] {
        mailboxes.keys.reduce(into: [:]) { $0[$1] = mailboxes[$1]?.occurrences(in: window) }
    }

    /// - Returns: the appointment with the id it was given, nil when there is no such mailbox.
    func book(_ occurrence: Occurrence, for address: String) -> Occurrence? {
        guard mailboxes[address] != nil else { return nil }
        var booked = occurrence
        booked.id = "booking-\(nextBooking)"
        nextBooking += 1
        mailboxes[address]?.book(booked)
        return booked
    }

    /// - Returns: the appointment at its new time, nil when there is no such mailbox or appointment.
    func move(_ id: String, of address: String, to start: Instant, until end: Instant) -> Occurrence? {
        mailboxes[address]?.move(id, to: start, until: end)
    }

    /// - Returns: what was cancelled, nil when there is no such mailbox or appointment.
    func cancel(_ id: String, of address: String) -> Occurrence? {
        mailboxes[address]?.cancel(id)
    }
}
