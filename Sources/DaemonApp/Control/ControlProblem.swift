import Availability
import ControlAPI

/// Why a request on the control socket cannot be answered. Each case has one status, here and nowhere else.
enum ControlProblem: Error {
    case unknownUser(String)
    case ambiguousExtension(String, count: Int)
    case userDisabled(String)
    case unknownConnector(String)
    case unknownHook(String)
    case badTime(String)
    case badZone(String)
    /// - Parameter form: what the parameter of the query takes.
    case badParameter(String, String, form: String)
    case pastTime(String)
    case farTime(String)
    /// - Parameter form: what the route takes instead.
    case badBody(String, form: String? = nil)
    case noSuchRoute(String)
    case wrongMethod(String, path: String, allowed: [String])
    case notRunning
    case refused(AccessRefusal)
    case failed(Diagnosis)

    var document: ProblemDocument {
        switch self {
        case .unknownUser(let user):
            ProblemDocument(
                name: "unknown-user",
                title: "Unknown user",
                status: 404,
                detail: "There is no user \(user).",
                remedy: "See all users with freebusyctl users. They come from the [[user]] tables of the configuration."
            )
        case .ambiguousExtension(let text, let count):
            ProblemDocument(
                name: "ambiguous-extension",
                title: "Ambiguous extension",
                status: 409,
                detail: "The extension \(text) belongs to \(count) users.",
                remedy: "Give the e-mail address instead."
            )
        case .userDisabled(let user):
            ProblemDocument(
                name: "user-disabled",
                title: "User disabled",
                status: 409,
                detail: "The calendar integration of \(user) is switched off.",
                remedy:
                    "See what is switched off with freebusyctl show \(user), and switch it on with freebusyctl enable."
            )
        case .unknownConnector(let name):
            ProblemDocument(
                name: "unknown-connector",
                title: "Unknown connector",
                status: 404,
                detail: "There is no connector \(name).",
                remedy: "See all connectors with freebusyctl status. They come from the [[connector]] tables of the "
                    + "configuration."
            )
        case .unknownHook(let name):
            ProblemDocument(
                name: "unknown-hook",
                title: "Unknown hook",
                status: 404,
                detail: "There is no hook \(name).",
                remedy: "See all hooks with freebusyctl hooks. They come from the [[hook]] tables of the configuration."
            )
        case .badTime(let text):
            ProblemDocument(
                name: "bad-time",
                title: "Not a time",
                status: 400,
                detail: "The time \"\(text)\" is not in RFC 3339 form.",
                remedy: "Write it like 2026-11-23T08:00:00Z."
            )
        case .badZone(let text):
            ProblemDocument(
                name: "bad-zone",
                title: "Not a time zone",
                status: 400,
                detail: "\"\(text)\" is not the name of a time zone.",
                remedy: "Write it like Europe/Berlin, as the time zone database of IANA has it."
            )
        case .badParameter(let name, let value, let form):
            ProblemDocument(
                name: "bad-parameter",
                title: "Parameter not understood",
                status: 400,
                detail: "\(name) cannot be \"\(value)\".",
                remedy: "Give \(form)."
            )
        case .pastTime(let time):
            ProblemDocument(
                name: "past-time",
                title: "Time in the past",
                status: 400,
                detail: "An override cannot end at \(time): that has passed.",
                remedy: "Give a time to come, or none: then it holds until the next appointment starts."
            )
        case .farTime(let time):
            ProblemDocument(
                name: "far-time",
                title: "Time too far ahead",
                status: 400,
                detail: "An override cannot end at \(time): that is more than a year ahead.",
                remedy: "Give a time within a year, or none: then it holds until the next appointment starts."
            )
        case .badBody(let why, let form):
            ProblemDocument(
                name: "bad-body",
                title: "Body not understood",
                status: 400,
                detail: why,
                remedy: form.map { "Send \($0)." } ?? "Use the freebusyctl that came with this freebusyd."
            )
        case .noSuchRoute(let path):
            ProblemDocument(
                name: "no-such-route",
                title: "Not found",
                status: 404,
                detail: "There is nothing at \(path).",
                remedy: "Use the freebusyctl that came with this freebusyd."
            )
        case .wrongMethod(let method, let path, let allowed):
            ProblemDocument(
                name: "wrong-method",
                title: "Method not allowed",
                status: 405,
                detail: "\(path) does not take \(method).",
                remedy: "Use \(allowed.joined(separator: " or "))."
            )
        case .notRunning:
            ProblemDocument(
                name: "not-running",
                title: "Not running",
                status: 503,
                detail: "The integration is starting or stopping.",
                remedy: "Ask again in a few seconds."
            )
        case .refused(let refusal): refusal.document
        case .failed(let diagnosis):
            ProblemDocument(
                name: diagnosis.id,
                title: "Failed",
                status: 500,
                detail: diagnosis.summary,
                remedy: diagnosis.remedy
            )
        }
    }
}
