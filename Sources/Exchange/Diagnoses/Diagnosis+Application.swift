import Availability

/// What can be wrong with an application that logs in as itself, its registration and its permissions.
///
/// Numbers are those of <https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes>.
extension Diagnosis {
    private static let registration = "the registration of the application (Entra admin center, App registrations)"

    // MARK: The authority

    static func tokenRefused(_ application: OAuthApplication, _ words: String) -> Diagnosis {
        Diagnosis(
            id: "oauth.bad-request",
            summary: "The authority issues no token for the application \(excerpt(application.clientID)) "
                + "(\(excerpt(words))).",
            remedy: "Check client_id (the application or client id), tenant and scope in [[connector]] against "
                + "\(registration)."
        )
    }

    static func applicationOfAnotherTenant(_ application: OAuthApplication, _ words: String) -> Diagnosis {
        Diagnosis(
            id: "oauth.wrong-tenant",
            summary: "The authority does not know the application \(excerpt(application.clientID)) in the tenant "
                + "\(excerpt(application.tenant)), or not the tenant (\(excerpt(words))).",
            remedy: "Set tenant to the directory id or a domain of the organisation whose mailboxes are read, and "
                + "register the application there, or let its administrator consent to it."
        )
    }

    /// AADSTS7000215: another secret. AADSTS7000222: it has ended.
    static func secretRefused(_ clientID: String, _ number: Int?, _ words: String) -> Diagnosis {
        let (seen, remedy) =
            switch number {
            case 7_000_222:
                ("has expired", "Make a new secret in \(registration)")
            case 7_000_215:
                ("is none of its secrets", "Put the value of a secret, which is not its id, from \(registration)")
            default: ("is refused", "Check the secret and when it ends in \(registration)")
            }
        return Diagnosis(
            id: "oauth.unauthorized",
            summary: "The secret of the application \(excerpt(clientID)) \(seen) (\(excerpt(words))).",
            remedy: "\(remedy), and give it to client_secret_file or client_secret_credential. The old one is not sent "
                + "again before freebusyctl force, or before it or the connector's table is another one and the "
                + "service is reloaded."
        )
    }

    /// AADSTS700027: the authority does not know the certificate, or the signature is not of its key. AADSTS700024: the
    /// clocks disagree.
    static func certificateRefused(_ clientID: String, _ number: Int?, _ words: String) -> Diagnosis {
        let (seen, remedy) =
            switch number {
            case 700_027:
                ("is not registered with it", "Upload client_certificate to Certificates & secrets in \(registration)")
            case 700_024:
                (
                    "signed what is not valid at this time",
                    "Check the clock of this machine (timedatectl), and then when the certificate ends"
                )
            default:
                ("is refused", "Check the certificate and when it ends under Certificates & secrets in \(registration)")
            }
        return Diagnosis(
            id: "oauth.unauthorized",
            summary: "The certificate of the application \(excerpt(clientID)) \(seen) (\(excerpt(words))).",
            remedy: "\(remedy)."
        )
    }

    /// - Parameter seen: reads on from the certificate.
    static func certificateUnusable(_ clientID: String, _ seen: String) -> Diagnosis {
        Diagnosis(
            id: "oauth.unauthorized",
            summary: "The certificate of the application \(excerpt(clientID)) is of no use: \(seen).",
            remedy: "Check the clock of this machine (timedatectl). Else make another certificate, upload it to "
                + "Certificates & secrets in \(registration), and give it to client_certificate."
        )
    }

    static func authorityUnusable(_ authority: String) -> Diagnosis {
        Diagnosis(
            id: "url.malformed",
            summary: "The authority “\(excerpt(authority))” cannot be read as a URL.",
            remedy: "Set authority in [[connector]] to a URL such as https://login.microsoftonline.com."
        )
    }

    static func authorityBusy(_ authority: String, seconds: Double?) -> Diagnosis {
        Diagnosis(
            id: "server.busy",
            summary: "The authority \(excerpt(authority)) is busy and asks to be left "
                + "alone\(seconds.map { " for \(Int($0.rounded(.up))) s" } ?? "").",
            remedy: "Wait: it is asked again by itself."
        )
    }

    /// The same about the authority, which the words would else take for the Exchange server.
    func ofAuthority(_ authority: String) -> Diagnosis {
        Diagnosis(
            id: id,
            summary: summary,
            remedy: "This is about the authority \(excerpt(authority)), which issues the tokens (authority in "
                + "[[connector]]), and not about Exchange. \(remedy)"
        )
    }

    // MARK: The token

    static func tokensNotTaken(_ offered: [String]) -> Diagnosis {
        Diagnosis(
            id: "auth.scheme-not-offered",
            summary: "The server takes no tokens; it offers \(excerpt(offered.joined(separator: ", "))) for the login.",
            remedy: "Set another authentication in [[connector]], or let the server take tokens "
                + "(Set-WebServicesVirtualDirectory -OAuthAuthentication $true, and hybrid modern authentication)."
        )
    }

    static func tokenNotTaken(_ clientID: String, _ words: String?) -> Diagnosis {
        Diagnosis(
            id: "oauth.unauthorized",
            summary: "The server does not take the token of the application \(excerpt(clientID)) "
                + "(\(excerpt(words ?? "it gives no reason"))).",
            remedy: "Check authority, tenant and scope in [[connector]]: the token has to be for this server and from "
                + "an authority that it trusts."
        )
    }

    static func tokenOfAnotherAudience(_ application: OAuthApplication, _ words: String?) -> Diagnosis {
        Diagnosis(
            id: "oauth.bad-request",
            summary: "The token is for another service than this server "
                + "(\(excerpt(words ?? "it gives no reason"))).",
            remedy: "Set scope in [[connector]] to https://outlook.office365.com/.default, or on a server of your own "
                + "to its URL with /.default behind it; it is \(excerpt(application.scope)) now."
        )
    }

    /// The mailbox in whose name something was asked.
    static func mailboxOfAnotherTenant(_ application: OAuthApplication, _ words: String?) -> Diagnosis {
        Diagnosis(
            id: Self.wrongTenant,
            summary: "The mailbox is not in the tenant \(excerpt(application.tenant)) of the application "
                + "(\(excerpt(words ?? "it gives no reason"))).",
            remedy: "Let a connector with the tenant of the mailbox serve it (mail_domains in [[connector]], or "
                + "connector in the user's profile), or correct tenant."
        )
    }

    static let wrongTenant = "oauth.wrong-tenant"
}

extension SourceFailure {
    /// Whether it is the mailbox in whose name something was asked that is not within reach, while others may be.
    var isOfImpersonated: Bool { isOfRequest && diagnosis.id == Diagnosis.wrongTenant }
}
