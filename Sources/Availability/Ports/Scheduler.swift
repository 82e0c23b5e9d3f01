package import Foundation

/// The wall clock. Nothing outside its adapter asks the system what time it is.
package protocol WallClock: Sendable {
    var now: Date { get }
}

/// One clock and one list of deadlines for everything in the daemon that happens at a time.
///
/// Deadlines follow the wall clock: if it is set forward past a deadline, that deadline is due; if it is set back, it
/// waits. A deadline fires once, at or after its time.
package protocol Scheduler: WallClock {
    /// Runs `action` at `time`; replaces a deadline of the same name. A time in the past means now.
    func schedule(_ name: String, at time: Date, action: @escaping @Sendable () async -> Void)

    /// Forgets the deadline of this name, if there is one.
    func cancel(_ name: String)
}
