import Availability

/// What an account or an application may not do.
extension Diagnosis {
    /// Who may use EWS is told by organisation, mailbox and program
    /// (<https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/how-to-control-access-to-ews-in-exchange>).
    static func accessDenied(_ what: String, isExchangeOnline: Bool) -> Diagnosis {
        Diagnosis(
            id: "access.denied",
            summary: "The server denies the use of EWS (\(excerpt(what))).",
            remedy: "Look at EwsEnabled, EwsApplicationAccessPolicy and EwsAllowList in Get-OrganizationConfig and in "
                + "Get-CASMailbox for the account.\(isExchangeOnline ? " \(onlineEnd)" : "")"
        )
    }

    /// Exchange Online takes an application where EWS is on for the organisation and the mailbox, the application is on the
    /// list of those that may still use it, and it has a permission.
    ///
    /// - Parameter words: what the server said.
    static func applicationDenied(_ clientID: String, _ words: String?) -> Diagnosis {
        Diagnosis(
            id: "access.denied",
            summary: "The server denies the application \(excerpt(clientID)) the use of EWS "
                + "(\(excerpt(words ?? "it gives no reason"))).",
            remedy: "Give the application the permission full_access_as_app of Office 365 Exchange Online with the "
                + "consent of an administrator, or the role “Application EWS.AccessAsApp” (RBAC for Applications); it "
                + "counts from the next token on. Look at EwsEnabled, EwsApplicationAccessPolicy and EWSAllowedAppIDs in "
                + "Get-OrganizationConfig, and at EwsEnabled in Get-CASMailbox for the mailbox. \(onlineEnd)"
        )
    }

    static let accessDenied = "access.denied"

    private static let onlineEnd = "Exchange Online ends EWS for good on 2027-04-01."

    static func impersonationDenied(user: String, mailbox: String, isExchangeOnline: Bool) -> Diagnosis {
        Diagnosis(
            id: "access.impersonation-denied",
            summary: "The account \(excerpt(user)) may not act as \(mailbox).",
            remedy: isExchangeOnline
                ? "Give the application the role “Application EWS.AccessAsApp” with a scope that includes the mailbox "
                    + "(RBAC for Applications: New-ManagementRoleAssignment -App), and look for an application access "
                    + "policy that leaves it out (Test-ApplicationAccessPolicy)."
                : "Run New-ManagementRoleAssignment -Name:freebusyd -Role:ApplicationImpersonation "
                    + "-User:\(excerpt(user)) in the Exchange Management Shell. A scope must include the mailbox."
        )
    }

    /// Exchange Online demands of an application that each request is made as a mailbox, and none is known.
    static func nobodyToActAs(_ clientID: String) -> Diagnosis {
        Diagnosis(
            id: "account.no-address",
            summary: "The application \(excerpt(clientID)) knows no mailbox yet that it may act as, which asking for "
                + "this needs.",
            remedy: "Set account_address in the [[connector]] table to the address of a mailbox that the application "
                + "may act as."
        )
    }
}
