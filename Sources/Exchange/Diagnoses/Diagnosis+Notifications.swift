import Availability

/// What can keep a server from telling of changes. Calendars are still read at every scan.
extension Diagnosis {
    // MARK: Subscriptions

    /// - Parameter why: the code that says so, or the schema version.
    static func methodUnknown(_ method: NotificationMethod, why: String) -> Diagnosis {
        let needs =
            method == .streaming ? "streaming needs Exchange 2010 SP1 or later" : "other servers have a part of EWS"
        return Diagnosis(
            id: "subscription.method-unknown",
            summary: "The server does not know the notification method \(method.rawValue) (\(excerpt(why))).",
            remedy: "Set notification = \"auto\" or \"pull\" in [[connector]]: \(needs)."
        )
    }

    static func tooManySubscriptions(_ mailbox: String) -> Diagnosis {
        Diagnosis(
            id: "subscription.limit",
            summary: "The mailbox \(mailbox) has as many subscriptions as the server allows it.",
            remedy:
                "Wait: subscriptions left over from a crash end by themselves. If it stays, look for other programs "
                + "that subscribe to the mailbox, and raise EwsMaxSubscriptions in its throttling policy."
        )
    }

    static func noSubscriptionAccess(_ mailbox: String, user: String) -> Diagnosis {
        Diagnosis(
            id: "calendar.no-access",
            summary: "The server does not let \(excerpt(user)) subscribe to the calendar of \(mailbox).",
            remedy:
                "Set access = \"impersonation\" and give the account the role ApplicationImpersonation, or give it the "
                + "right Reviewer on the calendar (Add-MailboxFolderPermission \(mailbox):\\Calendar). Free/busy rights "
                + "are not enough for notifications."
        )
    }

    // MARK: Streams

    static func streamSilent(_ host: String, how: String) -> Diagnosis {
        Diagnosis(
            id: "stream.silent",
            summary: "A stream of notifications from \(host) is silent: \(how).",
            remedy: "If a proxy or load balancer stands before the server, let it pass answers on as they come "
                + "(proxy_buffering off in nginx) and keep quiet connections for some minutes. If it cannot, set "
                + "notification = \"pull\" in [[connector]]."
        )
    }

    static func streamMalformed(_ what: String) -> Diagnosis {
        Diagnosis(
            id: "stream.malformed",
            summary: "A stream of notifications could not be understood (\(excerpt(what))).",
            remedy:
                "If a proxy or a security product stands before the server, let EWS pass it unchanged. If it stays, "
                + "set notification = \"pull\" in [[connector]] and report this with the version of the server."
        )
    }

    // MARK: Callbacks

    static let callbackRefused = Diagnosis(
        id: "callback.unreachable",
        summary: "The server does not take the URL at which it is to call.",
        remedy: "Set callback_url to an https URL with a host name that the Exchange server resolves and reaches, and "
            + "whose certificate it trusts."
    )

    static let noCallback = Diagnosis(
        id: "callback.unreachable",
        summary: "There is no URL at which the server could call.",
        remedy: "Set callback_url in [[connector]], or another notification method."
    )
}
