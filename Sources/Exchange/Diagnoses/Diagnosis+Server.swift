import Availability

/// What can be wrong with an answer, or with the request that asks for it, whoever asks.
extension Diagnosis {
    // MARK: Not EWS

    /// - Parameters:
    ///   - what: status, content type and title of what was answered.
    ///   - hint: a sentence on what may be behind it.
    static func notEWS(_ what: String, hint: String) -> Diagnosis {
        Diagnosis(
            id: "http.not-ews",
            summary: "An HTTP server answers, but not as EWS (\(excerpt(what))).",
            remedy: "\(hint) Set server to the URL of the EWS virtual directory, usually "
                + "https://mail.example.com/ews/exchange.asmx (Get-WebServicesVirtualDirectory shows it)."
        )
    }

    static func unsupportedServer(_ version: String?) -> Diagnosis {
        Diagnosis(
            id: "server.unsupported",
            summary: "The server\(version.map { ", version \($0)," } ?? "") knows none of the EWS schema versions that "
                + "are spoken here.",
            remedy: supportedServers
        )
    }

    /// - Parameter what: the server is or does instead, as the end of a sentence.
    static func foreignServer(_ what: String) -> Diagnosis {
        Diagnosis(id: "server.unsupported", summary: "The server \(what).", remedy: supportedServers)
    }

    private static let supportedServers =
        "Set server to Exchange Server 2007 SP1 or later, up to SE and Online. Servers that speak only ActiveSync or IMAP, "
        + "and services with a part of EWS such as Amazon WorkMail, are not supported."

    static func unexpectedAnswer(_ what: String) -> Diagnosis {
        Diagnosis(
            id: "server.unexpected-answer",
            summary: "The answer of the server cannot be used (\(excerpt(what))).",
            remedy: "If a proxy or a security product stands before the server, let EWS pass it unchanged. If not, "
                + "report this with the version of the server."
        )
    }

    // MARK: Refused for now

    static func serverFault(_ code: String) -> Diagnosis {
        Diagnosis(
            id: "server.fault",
            summary: "The server refused the request with the fault “\(excerpt(code))”.",
            remedy: "Transient faults pass by themselves. If it stays, look for it in the application log and the EWS "
                + "log of the server."
        )
    }

    static func serverBusy(seconds: Double?, policy: String?) -> Diagnosis {
        let pause = seconds.map { " for \(Int($0.rounded(.up))) s" } ?? ""
        let budget = policy.map { " (exhausted budget: \(excerpt($0)))" } ?? ""
        return Diagnosis(
            id: "server.busy",
            summary: "The server is busy\(budget) and asks to be left alone\(pause).",
            remedy: "Wait: it is asked again by itself. If this happens often, give the account a throttling policy of "
                + "its own (New-ThrottlingPolicy, Set-ThrottlingPolicyAssociation)."
        )
    }

    static func tooManyConnections(_ code: String) -> Diagnosis {
        Diagnosis(
            id: "subscription.limit",
            summary: "The account has as many connections or subscriptions open as the server allows "
                + "(\(excerpt(code))).",
            remedy: "Raise EwsMaxConcurrency and EwsMaxSubscriptions in the throttling policy of the account, or lower "
                + "concurrency. Other programs with the same account, and subscriptions left over from a crash, count "
                + "too."
        )
    }

    // MARK: Here

    static func exhausted(_ what: String) -> Diagnosis {
        Diagnosis(
            id: "service.exhausted",
            summary: "The request was not sent: \(what).",
            remedy: "Look for what uses up descriptors or memory on this machine (LimitNOFILE and MemoryMax of the "
                + "unit)."
        )
    }

    static let interrupted = Diagnosis(
        id: "service.interrupted",
        summary: "The request was given up, since the service stops or is reloaded.",
        remedy: "Nothing has to be done: the service reads again once it runs."
    )

    static func impossibleRequest(
        _ what: String,
        remedy: String = "Lower lookahead_days in [scan]: Exchange tells at most 42 days at once."
    ) -> Diagnosis {
        Diagnosis(
            id: "service.impossible-request",
            summary: "No server would take this request: \(what).",
            remedy: remedy
        )
    }
}
