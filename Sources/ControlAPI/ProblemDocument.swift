/// What the control API answers when it cannot do what was asked (RFC 9457, `application/problem+json`).
package struct ProblemDocument: Codable, Hashable, Sendable {
    /// The media type of the answer.
    package static let mediaType = "application/problem+json"

    /// Stable name of the kind of problem: `urn:freebusyd:problem:NAME`.
    package var type: String
    /// The kind of problem in a few words.
    package var title: String
    /// The HTTP status.
    package var status: Int
    /// What was wrong this time.
    package var detail: String
    /// What to do about it.
    package var remedy: String?

    package init(name: String, title: String, status: Int, detail: String, remedy: String? = nil) {
        type = "urn:freebusyd:problem:\(name)"
        self.title = title
        self.status = status
        self.detail = detail
        self.remedy = remedy
    }
}
