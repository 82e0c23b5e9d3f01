import Synchronization

/// Names for the deadlines of one hook, or of another thing that others of its name follow: the one that ends must not
/// cancel what its successor waits for.
struct DeadlineNames: Sendable {
    private static let last = Atomic<UInt64>(0)

    private let prefix: String

    /// - Parameter subject: what they are of, for people to read.
    init(of subject: String) {
        prefix = "\(subject) (\(Self.last.wrappingAdd(1, ordering: .relaxed).newValue))"
    }

    func callAsFunction(_ what: String) -> String { "\(prefix): \(what)" }
}
