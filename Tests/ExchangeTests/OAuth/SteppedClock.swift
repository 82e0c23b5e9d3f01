import Availability
import Foundation
import Synchronization

/// A clock that somebody sets.
final class SteppedClock: WallClock {
    private let clock: any WallClock
    private let seconds = Mutex(0.0)

    init(_ clock: any WallClock) {
        self.clock = clock
    }

    /// Seconds that it is before the other one.
    var offset: TimeInterval {
        get { seconds.withLock { $0 } }
        set { seconds.withLock { $0 = newValue } }
    }

    var now: Date { clock.now.addingTimeInterval(offset) }
}
