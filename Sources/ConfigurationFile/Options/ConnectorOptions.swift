package import Availability
package import Foundation

/// A table `[[connector]]`: one login to one Exchange server.
package struct ConnectorOptions: Hashable, Sendable {
    /// How requests prove who they are. `auto` takes what both sides can do best; that is Basic in this version.
    package enum Authentication: String, CaseIterable, Sendable {
        case auto
        case basic
    }

    /// By which right the login reads other people's mailboxes.
    package enum Access: String, CaseIterable, Sendable {
        /// It acts as the owner of each mailbox (the role ApplicationImpersonation).
        case impersonation
        /// It reads what the owners share with it.
        case delegate
    }

    /// How much of an appointment is read.
    package enum Details: String, CaseIterable, Sendable {
        /// Only when it is and what it means for the owner's time.
        case none
    }

    /// How the server tells of changes.
    package enum Notification: String, CaseIterable, Sendable {
        /// By streaming where that works, else by being asked.
        case auto
        case streaming
        case pull
        case push
        /// Not at all: scans alone find the changes.
        case none

        /// The ways it allows, the preferred one first. Push is never chosen by itself: it needs a way from Exchange to
        /// the daemon.
        package var methods: [NotificationMethod] {
            switch self {
            case .auto: [.streaming, .pull]
            case .streaming: [.streaming]
            case .pull: [.pull]
            case .push: [.push]
            case .none: []
            }
        }
    }

    package var name: String
    package var isEnabled = true
    /// Such as `https://mail.example.com/EWS/Exchange.asmx`.
    package var ewsURL: String
    package var username: String
    /// The Windows domain, where `username` does not carry one.
    package var domain: String?
    /// The address of the account's own mailbox, where `username` does not tell it; see ``ownAddress``.
    package var accountAddress: MailboxAddress?
    package var password: PasswordSource
    package var authentication = Authentication.auto
    package var access = Access.impersonation
    /// Certificates, in PEM, to trust instead of those of the system.
    package var caFile: String?
    /// The domains of the users it serves who name no connector; lower case.
    package var mailDomains: [String] = []
    package var details = Details.none
    package var notification = Notification.auto
    /// Given with `push`, and only then.
    package var callback: CallbackOptions?
    /// How often a server that tells of changes by `pull` is asked for them, in seconds; one second to a day.
    package var pollInterval: TimeInterval = 60
    /// After how many seconds without a byte a stream counts as dead; one second to an hour. Exchange says something
    /// every 45 s, so that the default is two of those missed.
    package var streamSilence: TimeInterval = 100
    /// How often changes of automatic replies are looked for, in seconds, ten seconds to a day; `nil` where only scans do.
    package var automaticReplyPoll: TimeInterval? = 60
    /// How many requests may be under way at once. Exchange allows a login 27 connections unless told otherwise
    /// (EwsMaxConcurrency, https://learn.microsoft.com/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange).
    package var concurrency = 10
    /// In seconds.
    package var requestTimeout: TimeInterval = 60

    package init(name: String, ewsURL: String, username: String, password: PasswordSource) {
        self.name = name
        self.ewsURL = ewsURL
        self.username = username
        self.password = password
    }

    /// The account's own mailbox: what is given, or `username` where that is an address; `nil` where it is not known.
    package var ownAddress: MailboxAddress? { accountAddress ?? MailboxAddress(username) }

    /// What is sent as the user name: `DOMAIN\user` where a domain is given.
    package var login: String { domain.map { "\($0)\\\(username)" } ?? username }
}
