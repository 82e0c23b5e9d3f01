import Availability

/// The main fields of an event as environment variables, for programs that would rather not read JSON.
///
/// Every variable is always there, empty where there is nothing to tell, so that scripts may run with `set -u`.
enum EventEnvironment {
    /// Linux refuses to start a program with a variable above 128 KiB; the whole text is on standard input.
    static let longestValue = 32_768

    /// All that the program gets: these, `PATH` and `LANG`.
    static func variables(for event: PresenceEvent) -> [String: String] {
        let current = event.current
        let variables = [
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            "FREEBUSYD_ID": event.id,
            "FREEBUSYD_SEQUENCE": String(current.sequence),
            "FREEBUSYD_USER": event.user.text,
            "FREEBUSYD_EXTENSION": event.phoneExtension ?? "",
            "FREEBUSYD_PRESENCE": current.presence.rawValue,
            "FREEBUSYD_PREVIOUS": event.previous.rawValue,
            "FREEBUSYD_SINCE": EventJSON.text(current.since),
            "FREEBUSYD_UNTIL": current.until.map(EventJSON.text) ?? "",
            "FREEBUSYD_REASON": current.reason.rawValue,
            "FREEBUSYD_FRESHNESS": event.freshness.rawValue,
            "FREEBUSYD_ANNOUNCEMENT": current.announcement?.internalText ?? "",
        ]
        return variables.mapValues(Self.fitting)
    }

    /// Without the character that ends a string in C, and cut between characters.
    private static func fitting(_ value: String) -> String {
        var kept = ""
        var length = 0
        for character in value where character != "\0" {
            length += character.utf8.count
            guard length <= longestValue else { break }
            kept.append(character)
        }
        return kept
    }
}
