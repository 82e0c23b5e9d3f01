import Availability

/// What can be wrong with the account: its password, how it logs in, what it may do.
extension Diagnosis {
    // MARK: Login

    static func unauthorized(_ user: String) -> Diagnosis {
        Diagnosis(
            id: "auth.unauthorized",
            summary: "The server refused the user name or the password of \(excerpt(user)).",
            remedy: "Check username (an address, or DOMAIN\\user) and the password, and that the account is neither "
                + "locked nor expired. The password is not sent again before freebusyctl force, or before it or the "
                + "connector's table is another one and the service is reloaded."
        )
    }

    /// - Parameter part: `user` or `password`.
    static func unsendableAccount(_ part: String) -> Diagnosis {
        Diagnosis(
            id: "auth.unauthorized",
            summary: "The \(part) holds a character that cannot be sent.",
            remedy: "Check username and password for line ends and control characters, and username for a colon."
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

    static func schemeNotOffered(_ offered: [String]) -> Diagnosis {
        Diagnosis(
            id: "auth.scheme-not-offered",
            summary: "The server offers \(excerpt(offered.joined(separator: ", "))) for the login, but not Basic.",
            remedy: "Enable Basic authentication on the EWS virtual directory (Set-WebServicesVirtualDirectory "
                + "-BasicAuthentication $true). The key authentication takes no other scheme in this version."
        )
    }

    static func modernAuthenticationOnly(_ host: String) -> Diagnosis {
        Diagnosis(
            id: "auth.mfa-required",
            summary: "The server \(host) takes no user name and password, only tokens (OAuth 2.0).",
            remedy: "On a server of your own, enable Basic authentication on the EWS virtual directory. Exchange "
                + "Online needs an application with a login of its own (app-only OAuth), which this version does not "
                + "have."
        )
    }

    // MARK: Rights

    static func accessDenied(_ what: String, isExchangeOnline: Bool) -> Diagnosis {
        let online = isExchangeOnline ? " Exchange Online ends EWS for good on 2027-04-01." : ""
        return Diagnosis(
            id: "access.denied",
            summary: "The server denies the use of EWS (\(excerpt(what))).",
            remedy: "Look at EwsEnabled, EwsApplicationAccessPolicy and EwsAllowList in Get-OrganizationConfig and in "
                + "Get-CASMailbox for the account.\(online)"
        )
    }

    static func impersonationDenied(user: String, mailbox: String, isExchangeOnline: Bool) -> Diagnosis {
        Diagnosis(
            id: "access.impersonation-denied",
            summary: "The account \(excerpt(user)) may not act as \(mailbox).",
            remedy: isExchangeOnline
                ? "Give the application the role “Application EWS.AccessAsApp” for this mailbox (RBAC for Applications)."
                : "Run New-ManagementRoleAssignment -Name:freebusyd -Role:ApplicationImpersonation "
                    + "-User:\(excerpt(user)) in the Exchange Management Shell. A scope must include the mailbox."
        )
    }
}
