package import Availability

/// Where the EWS of a connector is.
package protocol EWSPlace: Sendable {
    /// Where it is as far as is known now, for messages and the status; `nil` before it was found.
    var known: EWSEndpoint? { get }

    /// Where the next request goes. May have to look for it first, one search at a time.
    func endpoint() async throws(SourceFailure) -> EWSEndpoint

    /// A request to `endpoint` failed; where the failure says that EWS may be elsewhere by now, the next request looks for
    /// it anew.
    func failed(at endpoint: EWSEndpoint, _ failure: Diagnosis) async

    /// Where it was looked for the last time, in the order of the answers; none where it was named.
    var findings: [AutodiscoverFinding] { get }

    /// Whether somebody can be asked which mailboxes are looked after together.
    var knowsGroupings: Bool { get }

    /// Which of these mailboxes are looked after together, as far as whoever knows tells; sends the login.
    func groupings(of mailboxes: [MailboxAddress]) async throws(SourceFailure) -> [MailboxAddress: String]
}

extension EWSPlace {
    /// Nothing was looked for.
    package var findings: [AutodiscoverFinding] { [] }

    /// Nobody who could be asked is known.
    package var knowsGroupings: Bool { false }

    /// None that is known.
    package func groupings(of mailboxes: [MailboxAddress]) async throws(SourceFailure) -> [MailboxAddress: String] {
        [:]
    }
}

/// A place that the administrator named.
package struct NamedPlace: EWSPlace {
    package let named: EWSEndpoint

    package init(_ endpoint: EWSEndpoint) {
        named = endpoint
    }

    package var known: EWSEndpoint? { named }

    package func endpoint() async throws(SourceFailure) -> EWSEndpoint { named }

    package func failed(at endpoint: EWSEndpoint, _ failure: Diagnosis) async {}
}
