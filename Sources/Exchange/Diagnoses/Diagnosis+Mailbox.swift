import Availability

/// What can be wrong with one mailbox, while others can be read.
extension Diagnosis {
    /// Exchange Online also says so of somebody who has no licence for a mailbox.
    static func mailboxNotFound(_ mailbox: String, isExchangeOnline: Bool) -> Diagnosis {
        Diagnosis(
            id: "mailbox.not-found",
            summary: "The server knows no mailbox \(mailbox).",
            remedy: "Correct the address in the user's profile ([[user]])"
                + (isExchangeOnline
                    ? ", or look whether the person has a licence that includes Exchange Online (Microsoft 365 admin "
                        + "center, Active users) and is of the tenant of the connector."
                    : ".")
        )
    }

    static func addressMismatch(_ mailbox: String, primary: String?) -> Diagnosis {
        Diagnosis(
            id: "mailbox.address-mismatch",
            summary: "The address \(mailbox) is not the primary one of its "
                + "mailbox\(primary.map { " (\(excerpt($0)) is)" } ?? "").",
            remedy: "Put the primary address\(primary.map { " \(excerpt($0))" } ?? "") into the user's profile "
                + "([[user]])."
        )
    }

    static func mailboxElsewhere(_ mailbox: String, code: String) -> Diagnosis {
        Diagnosis(
            id: "mailbox.elsewhere",
            summary: "The mailbox \(mailbox) lives on another server or on the other side of a hybrid organisation, "
                + "which this server does not reach (\(excerpt(code))).",
            remedy: "Let a connector to the server that holds the mailbox serve it (mail_domains in [[connector]], or "
                + "connector in the user's profile)."
        )
    }

    static func noLicense(_ mailbox: String, isExchangeOnline: Bool) -> Diagnosis {
        Diagnosis(
            id: "mailbox.no-license",
            summary: "The account of \(mailbox) has no mailbox that may be used.",
            remedy: isExchangeOnline
                ? "Assign a licence that includes Exchange Online (Microsoft 365 admin center, Active users) and wait "
                    + "until the mailbox is there, or allow the account to sign in."
                : "Assign a licence that includes Exchange, or enable the mailbox (Enable-Mailbox \(mailbox))."
        )
    }

    static func noCalendarAccess(_ mailbox: String, user: String) -> Diagnosis {
        Diagnosis(
            id: "calendar.no-access",
            summary: "The server does not tell the free/busy times of \(mailbox).",
            remedy: "Give \(excerpt(user)) or Default the right AvailabilityOnly on the calendar "
                + "(Set-MailboxFolderPermission \(mailbox):\\Calendar), and check that the mailbox can be opened."
        )
    }

    static func noReplyAccess(_ mailbox: String, user: String) -> Diagnosis {
        Diagnosis(
            id: "calendar.no-access",
            summary: "The server does not tell \(excerpt(user)) the automatic reply of \(mailbox).",
            remedy: "Set access = \"impersonation\" and give the account the role ApplicationImpersonation: only the "
                + "mailbox itself may read it."
        )
    }
}
