import Synchronization

/// Monotonic time that stands until a test moves it.
final class ManualInstant: Sendable {
    private let start = ContinuousClock.Instant.now
    private let elapsed = Mutex(Duration.zero)

    /// Since the beginning.
    var now: Duration { elapsed.withLock { $0 } }
    var hasMoved: Bool { now > .zero }

    func move(by duration: Duration) {
        elapsed.withLock { $0 += duration }
    }

    @Sendable func read() -> ContinuousClock.Instant { start + now }
}
