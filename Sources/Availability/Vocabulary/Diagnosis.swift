/// What went wrong, told so that an administrator can act: a stable name, what was seen, what to do and where.
package struct Diagnosis: Hashable, Sendable {
    /// Stable, such as `tls.expired`; documentation, journal catalog and tests refer to it.
    package var id: String
    /// One sentence: what was seen.
    package var summary: String
    /// What to do, and where.
    package var remedy: String

    package init(id: String, summary: String, remedy: String) {
        self.id = id
        self.summary = summary
        self.remedy = remedy
    }

    /// Whether this says more than `other` about the same mailbox: that it is not there, or elsewhere, explains why a
    /// part of it could not be read.
    package func outweighs(_ other: Diagnosis) -> Bool {
        id.hasPrefix("mailbox.") && !other.id.hasPrefix("mailbox.")
    }

    /// Whether a server says by it that a mailbox is not there, so that another server may have it. Besides the plain
    /// words for that it is an account without a mailbox, which is what one side of a hybrid organisation knows of those
    /// who have theirs on the other.
    package var isAbsence: Bool {
        let words = id.split(separator: ".")
        return words.first == "mailbox" && ["elsewhere", "not-found", "no-license"].contains(words.last)
    }
}

extension Diagnosis: CustomStringConvertible {
    /// The id: this is what stands in a log's field of that name, whatever else the log makes of it.
    package var description: String { id }
}

/// Whether the same attempt may succeed later.
package enum RetryAdvice: Hashable, Sendable {
    /// Not before somebody changes something.
    case never
    /// Later, at growing distances.
    case later
    /// After this many seconds, as the other side asked.
    case after(Double)
}

/// An error that answers what was seen, whether to try again, and what the administrator should do.
package protocol ExplainedError: Error {
    var diagnosis: Diagnosis { get }
    var retry: RetryAdvice { get }
}
