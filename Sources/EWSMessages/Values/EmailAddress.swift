/// Somebody who can get mail, as a server tells of him
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/mailbox>).
package struct EmailAddress: Hashable, Sendable {
    /// What the name belongs to
    /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/mailboxtype>).
    package enum MailboxType: String, CaseIterable, Hashable, Sendable {
        /// A mailbox, or something else with mail in the directory: some servers say so of people elsewhere too.
        case mailbox = "Mailbox"
        /// A distribution group of the directory, which has members of its own.
        case publicDL = "PublicDL"
        /// A contact group in somebody's mailbox. It has no address.
        case privateDL = "PrivateDL"
        /// A contact in somebody's mailbox, or one of the directory.
        case contact = "Contact"
        case publicFolder = "PublicFolder"
        /// A mailbox that a group of people shares.
        case groupMailbox = "GroupMailbox"
        /// An address that was typed into a contact group.
        case oneOff = "OneOff"
        case implicitContact = "ImplicitContact"
        /// The server says that it does not know, or says nothing, or something that is not known here.
        case unknown = "Unknown"
    }

    /// For a person; at most 1,000 characters.
    package var name: String?
    /// Without white space around it, at most 1,000 bytes; `nil` where there is none, or a longer one.
    package var emailAddress: String?
    /// What kind of address it is; an SMTP address where it is `SMTP` or missing, else something like a name in Exchange's
    /// own directory (`EX`)
    /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/routingtype-emailaddresstype>).
    package var routingType: String?
    package var mailboxType: MailboxType

    package init(
        name: String? = nil,
        emailAddress: String?,
        routingType: String? = nil,
        mailboxType: MailboxType = .unknown
    ) {
        self.name = name
        self.emailAddress = emailAddress
        self.routingType = routingType
        self.mailboxType = mailboxType
    }

    /// The address where it is one of SMTP.
    package var smtpAddress: String? {
        routingType.map { $0.uppercased() == "SMTP" } ?? true ? emailAddress : nil
    }
}

extension EmailAddress {
    /// Reads addresses, one after another.
    final class Reader {
        private var draft = EmailAddress(emailAddress: nil)

        /// An element `name` of the types namespace that holds an address, which `take` gets.
        func pattern(named name: String, _ take: @escaping (EmailAddress) -> Void) -> ElementPattern {
            ElementPattern(
                .types,
                name,
                children: [
                    .text(.types, "Name") { self.draft.name = Self.nonEmpty(String($0.trimmed.prefix(1_000))) },
                    .text(.types, "EmailAddress") { text in
                        self.draft.emailAddress = text.trimmedBytes.count > 1_000 ? nil : Self.nonEmpty(text.trimmed)
                    },
                    .text(.types, "RoutingType") {
                        self.draft.routingType = Self.nonEmpty(String($0.trimmed.prefix(40)))
                    },
                    .text(.types, "MailboxType") { text in
                        self.draft.mailboxType = MailboxType(rawValue: text.trimmed) ?? .unknown
                    },
                ],
                open: { _ in self.draft = EmailAddress(emailAddress: nil) },
                close: { take(self.draft) }
            )
        }

        private static func nonEmpty(_ text: String) -> String? { text.isEmpty ? nil : text }
    }
}
