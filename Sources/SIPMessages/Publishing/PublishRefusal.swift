/// A response that says no, and whom it concerns.
package struct PublishRefusal: Hashable, Sendable {
    /// Whom a refusal concerns.
    package enum Concern: Hashable, Sendable {
        /// The presence of this one user: others may well be published.
        case user
        /// Whatever is sent to this server.
        case server
    }

    package let status: Int
    /// In the server's words, for people: at most 100 characters, of those that can be printed.
    package let reason: String

    init(_ response: SIPResponse) {
        status = response.status
        let printable = response.reason.unicodeScalars.filter { !$0.properties.isDefaultIgnorableCodePoint }
            .filter { ![.control, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory) }
        reason = String(String(String.UnicodeScalarView(printable)).prefix(100))
    }

    /// By what RFC 3261, 21 and RFC 3903, 6 have these mean. A status that nobody knows means what the x00 of its class
    /// does (RFC 3261, 8.1.3.2).
    package var concern: Concern {
        switch status {
        // Nobody is let in; the way, the method, the event package, our documents or an extension are not known there;
        // the way there goes wrong.
        case 401, 405, 406, 407, 408, 415, 420, 421, 482, 483, 489, 494: .server
        // 500 is also what servers say of one request that they cannot bear, and 513 that this one is too large.
        case 500, 513: .user
        case 501...599: .server
        default: .user
        }
    }

    private enum Kind {
        case busy, failing, final
    }

    private var kind: Kind {
        switch status {
        case 480, 486, 503, 600: .busy
        // A request that came too late, or at a bad time.
        case 408, 482, 483, 491, 500, 502, 504, 580: .failing
        // 501 and 505 say what the server cannot do at all, 513 what it does not take.
        case 501, 505, 513: .final
        case 506...599: .failing
        default: .final
        }
    }

    func outcome(retryAfter seconds: Int?) -> PublishOutcome {
        switch kind {
        case .busy: .busy(self, retryAfter: seconds)
        // Who says when to come again does not refuse for good: 404, 413 and 603 may say it too (RFC 3261, 20.33).
        case .failing: seconds.map { .busy(self, retryAfter: $0) } ?? .failed(self)
        case .final: seconds.map { .busy(self, retryAfter: $0) } ?? .refused(self)
        }
    }
}
