import ControlAPI

extension AccessRefusal {
    /// What the one who is refused is told.
    var document: ProblemDocument {
        switch self {
        case .notAWriter(let group):
            ProblemDocument(
                name: "not-a-writer",
                title: "Not allowed to change anything",
                status: 403,
                detail: "Only "
                    + (group.map { "root, the user freebusyd runs as, and members of the group \($0)" }
                        ?? "root and the user freebusyd runs as")
                    + " may do this.",
                remedy: "Run it with sudo, or "
                    + (group.map { "have root run `adduser USER \($0)` and log in again." }
                        ?? "have root set writer_group in [service] to a group of yours and reload the service.")
            )
        case .noToken:
            ProblemDocument(
                name: "token-missing",
                title: "Token missing",
                status: 401,
                detail: "No token was shown.",
                remedy: "Send the header `Authorization: Bearer TOKEN` with one of those that [http] names."
            )
        case .unknownToken:
            ProblemDocument(
                name: "token-unknown",
                title: "Token unknown",
                status: 401,
                detail: "The token is none of those that [http] names.",
                remedy: "Compare it with the file or the credential of the token; after a change reload the service."
            )
        case .readOnlyToken(let name):
            ProblemDocument(
                name: "token-read-only",
                title: "Token for reading only",
                status: 403,
                detail: "The token \(name) does not allow changes.",
                remedy: "Show a token with access = \"write\", or use freebusyctl on the machine of the service."
            )
        case .readOnly:
            ProblemDocument(
                name: "tcp-read-only",
                title: "Reading only",
                status: 403,
                detail: "Over TCP nothing can be changed without a token.",
                remedy: "Add a token with access = \"write\" to [http] and show it, or use freebusyctl on the machine "
                    + "of the service."
            )
        case .wrongHost:
            ProblemDocument(
                name: "wrong-host",
                title: "Wrong name of the server",
                status: 421,
                detail: "Without a token the API answers only to an IP address or localhost, lest a web page asks for "
                    + "it under a name of its own.",
                remedy: "Ask for http://127.0.0.1 with the port of the API, or add a token to [http] and show it."
            )
        }
    }

    /// The header `WWW-Authenticate`, where a token would help (RFC 6750, 3).
    var challenge: String? {
        let realm = #"Bearer realm="freebusyd""#
        return switch self {
        case .noToken: realm
        case .unknownToken: realm + #", error="invalid_token""#
        case .readOnlyToken: realm + #", error="insufficient_scope""#
        case .notAWriter, .readOnly, .wrongHost: nil
        }
    }
}
