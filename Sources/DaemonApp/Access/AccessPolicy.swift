import Synchronization

/// The rule in force, which a reload replaces. A class with a lock, not an actor: every request looks at it in passing.
final class AccessPolicy: Sendable {
    private let current: Mutex<AccessRule>

    init(_ rule: AccessRule) {
        current = Mutex(rule)
    }

    var rule: AccessRule { current.withLock { $0 } }

    /// Holds for every request from now on, also on connections that are open.
    func replace(with rule: AccessRule) {
        current.withLock { $0 = rule }
    }
}
