extension Diagnosis {
    /// A server that was to call and does not: whoever waits for it says so.
    /// - Parameter how: what was seen.
    package static func callbackUnreachable(_ how: String) -> Diagnosis {
        Diagnosis(
            id: "callback.unreachable",
            summary: "The server promised to call back and did not: \(how).",
            remedy: "callback_url must be a name that Exchange resolves and a port that it reaches (21020 by default, "
                + "through any firewall), with a certificate that it trusts. Or set notification = \"auto\"."
        )
    }
}
