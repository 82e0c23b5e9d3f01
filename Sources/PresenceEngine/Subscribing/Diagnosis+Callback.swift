import Availability

extension Diagnosis {
    /// - Parameter how: what was seen.
    static func callbackUnreachable(_ how: String) -> Diagnosis {
        Diagnosis(
            id: "callback.unreachable",
            summary: "The server promised to call back and did not: \(how).",
            remedy: "callback_url must be a name that Exchange resolves and a port that it reaches (21020 by default, "
                + "through any firewall), with a certificate that it trusts. Or set notification = \"auto\"."
        )
    }
}
