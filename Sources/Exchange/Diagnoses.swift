import Availability

/// Everything that can be wrong between here and Exchange, in one table: a stable id, what was seen, what to do and where.
///
/// The ids are explained in the documentation and in the journal's catalog; the words here may change, the ids may not.
extension Diagnosis {
    private init(_ id: String, _ summary: String, remedy: String) {
        self.init(id: id, summary: summary, remedy: remedy)
    }

    // MARK: The URL

    static func malformedURL(_ server: String) -> Diagnosis {
        Diagnosis(
            "url.malformed",
            "“\(excerpt(server))” cannot be read as a host name or an EWS URL.",
            remedy: "Set server to a host name or to the full form https://mail.example.com/ews/exchange.asmx, "
                + "without a user name or password in it."
        )
    }

    static func notHTTPS(_ server: String) -> Diagnosis {
        Diagnosis(
            "url.not-https",
            "“\(excerpt(server))” is plain http, which would send the password readable for everybody on the way.",
            remedy: "Write https:// in server. Plain http is allowed to this machine only (localhost)."
        )
    }

    // MARK: The way to the server

    static func hostNotFound(_ host: String) -> Diagnosis {
        Diagnosis(
            "dns.host-not-found",
            "No address was found for the host \(host).",
            remedy: "Check the spelling of server, and that the DNS servers of this machine know \(host)."
        )
    }

    static func unreachable(_ host: String, how: String) -> Diagnosis {
        Diagnosis(
            "tcp.unreachable",
            "No connection to \(host): \(how).",
            remedy: "Check that the server is up, that host and port in server are right, and that a firewall lets "
                + "this machine through to it (TCP 443 unless the URL says otherwise)."
        )
    }

    static func noAnswer(_ host: String, how: String) -> Diagnosis {
        Diagnosis(
            "server.no-answer",
            "\(host) took the connection but gave no whole answer: \(how).",
            remedy: "Check the load of the Exchange server and of a proxy or load balancer before it; look for the "
                + "request in the EWS log of the server."
        )
    }

    // MARK: TLS

    static func nameMismatch(_ host: String, _ names: [String]) -> Diagnosis {
        Diagnosis(
            "tls.name-mismatch",
            "The certificate of the server is not for \(host); it is for \(list(names)).",
            remedy: "Set server to one of the names of the certificate, or give the server a certificate for \(host)."
        )
    }

    static func addressNotInCertificate(_ host: String, _ names: [String]) -> Diagnosis {
        Diagnosis(
            "tls.ip-address",
            "The server is addressed as \(host), and its certificate does not carry that IP address; it is for "
                + "\(list(names)).",
            remedy: "Set server to the host name that the certificate is for."
        )
    }

    static func certificateExpired(_ host: String) -> Diagnosis {
        Diagnosis(
            "tls.expired",
            "The certificate of \(host) has expired by the clock of this machine.",
            remedy: "Renew the certificate on the server; check the clock of this machine (timedatectl)."
        )
    }

    static func certificateNotYetValid(_ host: String) -> Diagnosis {
        Diagnosis(
            "tls.not-yet-valid",
            "The certificate of \(host) is not yet valid by the clock of this machine.",
            remedy: "Check the clock of this machine (timedatectl); if it is right, renew the certificate."
        )
    }

    static func untrusted(_ host: String, why: String) -> Diagnosis {
        Diagnosis(
            "tls.untrusted",
            "The certificate of \(host) is not trusted: \(why).",
            remedy: "Set ca_file to a PEM file with the certificate of the authority that signed it."
        )
    }

    static func handshakeFailed(_ host: String, code: Int32) -> Diagnosis {
        Diagnosis(
            "tls.handshake",
            "\(host) and this machine could not agree on an encrypted connection (libcurl \(code)).",
            remedy: "Check that the port in server is that of https and that the server offers TLS 1.2 or later."
        )
    }

    // MARK: Not EWS

    static func notEWS(_ what: String, hint: String) -> Diagnosis {
        Diagnosis(
            "http.not-ews",
            "An HTTP server answers, but not as EWS: \(what).",
            remedy: "\(hint) The URL is that of the EWS virtual directory, usually "
                + "https://mail.example.com/ews/exchange.asmx (Get-WebServicesVirtualDirectory shows it)."
        )
    }

    static func unsupportedServer(_ version: String?) -> Diagnosis {
        Diagnosis(
            "server.unsupported",
            "The server knows none of the EWS schema versions that are spoken here\(version.map { " (\($0))" } ?? "").",
            remedy: "Exchange Server 2007 SP1 or later is needed, up to SE and Online. Servers that speak only "
                + "ActiveSync or IMAP, and services with a part of EWS such as Amazon WorkMail, are not supported."
        )
    }

    static func unexpectedAnswer(_ what: String) -> Diagnosis {
        Diagnosis(
            "server.unexpected-answer",
            "The answer of the server cannot be used: \(excerpt(what)).",
            remedy: "If a proxy or a security product stands before the server, let EWS pass it unchanged; if not, "
                + "report this with the version of the server."
        )
    }

    static func serverFault(_ code: String) -> Diagnosis {
        Diagnosis(
            "server.fault",
            "The server refused the request with \(excerpt(code)).",
            remedy: "Transient faults pass by themselves. If it stays, look for \(excerpt(code)) in the application "
                + "log and the EWS log of the server."
        )
    }

    static func serverBusy(seconds: Double?, policy: String?) -> Diagnosis {
        let pause = seconds.map { " for \(Int($0.rounded(.up))) s" } ?? ""
        let budget = policy.map { "; the exhausted budget is \(excerpt($0))" } ?? ""
        return Diagnosis(
            "server.busy",
            "The server is busy and asks to be left alone\(pause)\(budget).",
            remedy: "It is asked again by itself. If this happens often, give the account a throttling policy of its "
                + "own (New-ThrottlingPolicy, Set-ThrottlingPolicyAssociation)."
        )
    }

    static func tooManyConnections(_ code: String) -> Diagnosis {
        Diagnosis(
            "subscription.limit",
            "The account has as many connections or subscriptions open as the server allows (\(excerpt(code))).",
            remedy: "See EwsMaxConcurrency and EwsMaxSubscriptions in the throttling policy of the account; other "
                + "programs with the same account, and subscriptions left over from a crash, count too."
        )
    }

    // MARK: The account

    static func unauthorized(_ user: String) -> Diagnosis {
        Diagnosis(
            "auth.unauthorized",
            "The server refused user name or password of \(excerpt(user)).",
            remedy: "Check username (an address, or DOMAIN\\user) and password, and that the account is neither locked "
                + "nor expired. The password is not tried again before a reload of the service or freebusyctl force."
        )
    }

    static func unsendableAccount(_ part: String) -> Diagnosis {
        Diagnosis(
            "auth.unauthorized",
            "The \(part) holds a character that cannot be sent.",
            remedy: "Check username and password for line ends and control characters, and username for a colon."
        )
    }

    static func schemeNotOffered(_ offered: [String]) -> Diagnosis {
        Diagnosis(
            "auth.scheme-not-offered",
            "The server does not take the Basic scheme; it offers \(offered.joined(separator: ", ")).",
            remedy: "Enable Basic authentication on the EWS virtual directory "
                + "(Set-WebServicesVirtualDirectory -BasicAuthentication $true), or change authentication."
        )
    }

    static func modernAuthenticationOnly(_ host: String) -> Diagnosis {
        Diagnosis(
            "auth.mfa-required",
            "\(host) takes no user name and password, only tokens (OAuth 2.0).",
            remedy: "Register an application and let it log in by itself (app-only OAuth)."
        )
    }

    // MARK: Rights

    static func accessDenied(_ what: String, isExchangeOnline: Bool) -> Diagnosis {
        let online = isExchangeOnline ? " Exchange Online ends EWS for good on 2027-04-01." : ""
        return Diagnosis(
            "access.denied",
            "The server denies the use of EWS: \(what).",
            remedy: "Look at EwsEnabled, EwsApplicationAccessPolicy and EwsAllowList in Get-OrganizationConfig and in "
                + "Get-CASMailbox for the account.\(online)"
        )
    }

    static func impersonationDenied(user: String, mailbox: String, isExchangeOnline: Bool) -> Diagnosis {
        Diagnosis(
            "access.impersonation-denied",
            "The account \(excerpt(user)) may not act as \(mailbox).",
            remedy: isExchangeOnline
                ? "Give the application the role “Application EWS.AccessAsApp” for this mailbox (RBAC for Applications)."
                : "Run New-ManagementRoleAssignment -Name:freebusyd -Role:ApplicationImpersonation "
                    + "-User:\(excerpt(user)) in the Exchange Management Shell; a scope must include the mailbox."
        )
    }

    // MARK: A mailbox

    static func mailboxNotFound(_ mailbox: String) -> Diagnosis {
        Diagnosis(
            "mailbox.not-found",
            "The server knows no mailbox \(mailbox).",
            remedy: "Check the address in the user's profile."
        )
    }

    static func addressMismatch(_ mailbox: String, primary: String?) -> Diagnosis {
        Diagnosis(
            "mailbox.address-mismatch",
            "\(mailbox) is not the primary address of its mailbox\(primary.map { "; that is \(excerpt($0))" } ?? "").",
            remedy: "Put the primary address\(primary.map { ", \(excerpt($0))," } ?? "") into the user's profile."
        )
    }

    static func mailboxElsewhere(_ mailbox: String, code: String) -> Diagnosis {
        Diagnosis(
            "mailbox.elsewhere",
            "\(mailbox) lives on another server or on the other side of a hybrid organisation, which this server does "
                + "not reach (\(excerpt(code))).",
            remedy: "Let a connector to the server that holds the mailbox serve it (mail_domains, or connector in the "
                + "user's profile)."
        )
    }

    static func noLicense(_ mailbox: String) -> Diagnosis {
        Diagnosis(
            "mailbox.no-license",
            "\(mailbox) has an account but no mailbox that may be used.",
            remedy: "Assign a licence that includes Exchange, or enable the mailbox."
        )
    }

    static func noCalendarAccess(_ mailbox: String, user: String) -> Diagnosis {
        Diagnosis(
            "calendar.no-access",
            "The server does not tell the free/busy times of \(mailbox).",
            remedy: "Give \(excerpt(user)) or Default the right AvailabilityOnly on the calendar "
                + "(Set-MailboxFolderPermission \(mailbox):\\Calendar), and check that the mailbox can be opened."
        )
    }

    static func noReplyAccess(_ mailbox: String, user: String) -> Diagnosis {
        Diagnosis(
            "calendar.no-access",
            "The server does not tell \(excerpt(user)) the automatic reply of \(mailbox).",
            remedy: "Only the mailbox itself may read it: set access = \"impersonation\" and give the account the role "
                + "ApplicationImpersonation."
        )
    }

    // MARK: Here

    static func exhausted(_ what: String) -> Diagnosis {
        Diagnosis(
            "service.exhausted",
            "The request was not sent: \(what).",
            remedy: "Look for what uses up descriptors or memory here (LimitNOFILE and MemoryMax of the unit)."
        )
    }

    static let interrupted = Diagnosis(
        "service.interrupted",
        "The request was given up, since the service stops or is reloaded.",
        remedy: "Nothing is to be done."
    )

    static func impossibleRequest(_ what: String) -> Diagnosis {
        Diagnosis(
            "service.impossible-request",
            "No server would take this request: \(what).",
            remedy: "Check lookahead_days: Exchange tells at most 42 days at once."
        )
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "no name at all" : excerpt(names.joined(separator: ", "))
    }

    /// Text from outside in a sentence of ours: one line, at most 120 characters.
    private static func excerpt(_ text: String) -> String {
        let line = text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) }
        return line.count > 120 ? String(line.prefix(120)) + "…" : String(line)
    }
}
