import Availability

/// What can be wrong with the account: its password, how it logs in, what it may do.
extension Diagnosis {
    // MARK: Login

    /// - Parameter takesTokens: it offers them too.
    static func unauthorized(_ user: String, takesTokens: Bool = false) -> Diagnosis {
        let tokens =
            takesTokens
            ? " The server also takes tokens: if all this is right, a second factor or a policy may keep the account from "
                + "a login with a password, and an application with a login of its own is needed (authentication = "
                + "\"oauth2\")." : ""
        return Diagnosis(
            id: "auth.unauthorized",
            summary: "The server refused the user name or the password of \(excerpt(user)).",
            remedy: "\(checkAccount)\(tokens) \(onceOnly)"
        )
    }

    /// NTLM with the right password is refused in the same way as with a wrong one where something is missing around it
    /// (<https://learn.microsoft.com/exchange/plan-and-deploy/post-installation-tasks/security-best-practices/exchange-extended-protection>).
    static func unauthorizedByNTLM(_ user: String) -> Diagnosis {
        Diagnosis(
            id: "auth.unauthorized",
            summary: "The server refused the login of \(excerpt(user)) with NTLM.",
            remedy:
                "\(checkAccount) If they are right, the server may demand channel binding (Extended Protection), which "
                + "NTLM does not have here: set ExtendedProtectionTokenChecking of the EWS virtual directory to Allow or "
                + "None (Set-WebServicesVirtualDirectory), or authentication = \"basic\" in [[connector]]. \(onceOnly)"
        )
    }

    private static let checkAccount =
        "Check username (an address, or DOMAIN\\user) and the password, and that the account is neither locked nor "
        + "expired."
    private static let onceOnly =
        "The password is not sent again before freebusyctl force, or before it or the connector's table is another one and "
        + "the service is reloaded."

    static func endlessRefusals(of user: String) -> Diagnosis {
        Diagnosis(
            id: "auth.unauthorized",
            summary: "The server refused every login of \(excerpt(user)), each in favour of another.",
            remedy: "Set authentication in [[connector]] to the one scheme that the server is to take."
        )
    }

    /// - Parameter part: `user` or `password`.
    static func unsendableAccount(_ part: String) -> Diagnosis {
        Diagnosis(
            id: "auth.unauthorized",
            summary: "The \(part) holds a character that cannot be sent.",
            remedy: "Check username and password for line ends and control characters, and username for a colon. With "
                + "NTLM, both may hold letters of Western Europe only (ISO 8859-1)."
        )
    }

    /// Not an error: everything else works.
    static func noAccountAddress(_ user: String) -> Diagnosis {
        Diagnosis(
            id: "account.no-address",
            summary: "The account \(excerpt(user)) is not named by its e-mail address, so that Exchange cannot be "
                + "asked about many mailboxes at once.",
            remedy: "Set account_address in the [[connector]] table to the address of the account's mailbox."
        )
    }

    /// - Parameters:
    ///   - offered: by the server, as it names them.
    ///   - wanted: what could have been done here.
    static func schemeNotOffered(_ offered: [String], wanted: [LoginScheme]) -> Diagnosis {
        let names = wanted.map(\.rawValue)
        let missing = names.count > 1 ? "none of \(names.joined(separator: ", "))" : "not \(names.joined())"
        let needsTicket =
            offered.contains { $0.lowercased() == LoginScheme.negotiate.name } && !wanted.contains(.negotiate)
        let ticket = needsTicket ? " Negotiate needs Kerberos: a keytab (keytab_file) or a ticket." : ""
        let windows = wanted.contains { $0 != .basic } ? ["-WindowsAuthentication $true"] : []
        let switches = windows + (wanted.contains(.basic) ? ["-BasicAuthentication $true"] : [])
        return Diagnosis(
            id: "auth.scheme-not-offered",
            summary: offered.isEmpty
                ? "The server offers no login, but wants one."
                : "The server offers \(excerpt(offered.joined(separator: ", "))) for the login, but \(missing).",
            remedy: "Enable \(names.joined(separator: " or ")) on the EWS virtual directory "
                + "(Set-WebServicesVirtualDirectory \(switches.joined(separator: " or "))), or set authentication in "
                + "[[connector]] to what the server offers.\(ticket)"
        )
    }

    static func modernAuthenticationOnly(_ host: String) -> Diagnosis {
        Diagnosis(
            id: "auth.mfa-required",
            summary:
                "The server \(host) takes no user name and password here, only tokens (OAuth 2.0): a second factor "
                + "or a policy rules passwords out.",
            remedy:
                "Register an application with a login of its own (app-only OAuth), and set authentication = \"oauth2\", "
                + "tenant, client_id and client_secret_file in [[connector]]. On a server of your own, enabling Basic or "
                + "Windows authentication on the EWS virtual directory does too."
        )
    }
}
