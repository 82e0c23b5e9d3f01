import Foundation

/// Tells a server that lost one publication from one that lost them all.
///
/// A server answers 412 to a tag that it does not know (RFC 3903, 11.2.1). One of those is a lost answer of an overloaded
/// server, or a publication somebody took away; several within a short time are a server that began anew. So the first
/// asks for a look at a few others, and the second says that everything is forgotten.
struct ForgettingSigns: Sendable {
    enum Verdict: Hashable, Sendable {
        /// Nothing new.
        case none
        /// Look at a few other publications at once.
        case suspicious
        case forgot
    }

    /// Seconds within which two signs belong together, and within which a server is not said to have forgotten twice.
    private static let window: TimeInterval = 60

    private var lastSign: Date?
    private var lastVerdict: Date?

    /// A publication that should have lived was gone.
    mutating func lost(at now: Date) -> Verdict {
        defer { lastSign = now }
        if let lastVerdict, abs(now.timeIntervalSince(lastVerdict)) < Self.window { return .none }
        guard let lastSign, abs(now.timeIntervalSince(lastSign)) < Self.window else { return .suspicious }
        lastVerdict = now
        return .forgot
    }
}
