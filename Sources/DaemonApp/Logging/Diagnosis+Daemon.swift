import Availability

/// What the daemon itself finds wrong, and nobody threw.
extension Diagnosis {
    static let notSetUp = Diagnosis(
        id: "config.not-set-up",
        summary: "No connector is enabled: no calendar will be read.",
        remedy: "Set up a [[connector]] table and reload, or switch one on with freebusyctl enable."
    )

    /// - Parameter name: of the file that was the database.
    static func databaseSetAside(as name: String) -> Diagnosis {
        Diagnosis(
            id: "store.damaged",
            summary:
                "The database was damaged and is now \(name); a new one was made and everything is read again from "
                + "Exchange.",
            remedy: "Delete the old file when you do not need it."
        )
    }

    /// - Parameter count: of calls, since the start.
    static func callsRefused(_ count: Int) -> Diagnosis {
        Diagnosis(
            id: "callback.refused",
            summary:
                "Refused calls to the callback address that belong to no subscription or make no sense: \(count) so "
                + "far.",
            remedy:
                "Nothing has to be done, unless Exchange is among the callers: then look at what stands between. Let the "
                + "firewall admit the Exchange servers alone."
        )
    }
}
