import Availability

/// What can be wrong with finding the server.
extension Diagnosis {
    /// - Parameter clauses: what came of each place that was asked.
    static func autodiscoverFailed(_ domain: String, _ clauses: [String]) -> Diagnosis {
        let shown = clauses.prefix(8).map { excerpt($0) }.joined(separator: "; ")
        return Diagnosis(
            id: "autodiscover.failed",
            summary: "Autodiscover did not find the EWS service of \(excerpt(domain)) (\(shown)).",
            remedy:
                "Check that autodiscover.\(excerpt(domain)) or the SRV record _autodiscover._tcp.\(excerpt(domain)) leads to "
                + "the Exchange server, or set server in [[connector]] and leave autodiscover out."
        )
    }

    static func autodiscoverUntrusted(_ host: String, domain: String) -> Diagnosis {
        Diagnosis(
            id: "autodiscover.other-domain",
            summary:
                "Autodiscover leads to \(host), which does not belong to \(excerpt(domain)), so that the login was not "
                + "sent there.",
            remedy:
                "If that host is to be trusted with the login, set autodiscover_domains = [\"\(host)\"] in [[connector]]; a "
                + "domain there stands for all hosts below it."
        )
    }
}
