package import Availability
package import Foundation

/// A table `[[connector]]`: one login to one Exchange server.
package struct ConnectorOptions: Hashable, Sendable {
    /// How requests prove who they are.
    package enum Authentication: String, CaseIterable, Sendable {
        /// The strongest that the server offers and this machine can do: Negotiate, NTLM or Basic.
        case auto
        case basic
        case ntlm
        /// Kerberos, with a keytab or a ticket that is kept up by somebody else.
        case negotiate
        /// A token of an authority for an application of its own (client credentials, RFC 6749, 4.4).
        case oauth2

        /// Whether a password belongs to it. With `auto` it may be left out where there is a keytab.
        package var takesPassword: Bool { self == .auto || self == .basic || self == .ntlm }
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
    /// Such as `https://mail.example.com/EWS/Exchange.asmx`; `nil` with `autodiscover`, which finds it by the mail domain of
    /// ``ownAddress``.
    package var ewsURL: String?
    /// The domains, besides the one of ``ownAddress``, whose hosts `autodiscover` may show the password to; lower case.
    package var autodiscoverDomains: [String] = []
    /// Empty with `oauth2`, where the application stands for itself, and where only `principal` is given.
    package var username: String
    /// The Windows domain, where `username` does not carry one.
    package var domain: String?
    /// The address of the account's own mailbox, where `username` does not tell it; see ``ownAddress``.
    package var accountAddress: MailboxAddress?
    /// Given where ``Authentication/takesPassword`` says so; with `auto` it may be `nil` where there is a keytab.
    package var password: PasswordSource?
    /// The keys of the account for Kerberos, with `negotiate` and `auto`; without it, a ticket of the daemon's user.
    package var keytab: PasswordSource?
    /// Whose keys of the keytab: `user@REALM`; `nil` for the first.
    package var principal: String?
    /// Given with `oauth2`, and only then.
    package var application: ApplicationOptions?
    package var authentication = Authentication.auto
    package var access = Access.impersonation
    /// Certificates, in PEM, to trust instead of those of the system.
    package var caFile: String?
    /// `sha256//` and base64: the public key that the server must have.
    package var pinnedPublicKey: String?
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

    package init(name: String, ewsURL: String?, username: String, password: PasswordSource?) {
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
