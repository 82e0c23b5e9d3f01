package import Availability
package import Foundation

/// By which method a connector's changes are told: the preferred one, and the next where that does not work, until it
/// is tried again.
package struct MethodChoice: Sendable {
    /// Channels in a row that opened and never carried, after which streaming is given up for a while.
    package static let silentOpenings = 3
    /// Channels in a row that carried and died young.
    package static let earlyDeaths = 10
    /// Seconds that a channel must live to be no early death.
    package static let soundLife: TimeInterval = 300
    private static let longestRetry: TimeInterval = 86_400

    /// What is used; `nil` where nothing is to be subscribed to.
    package private(set) var method: NotificationMethod?
    /// When a better method is tried again.
    package private(set) var retryAt: Date?
    /// Whether one group tries a better method, which ``preferred`` tells, while the others go on.
    package private(set) var isProbing = false
    /// Why the preferred method is not used; `nil` where it is.
    package private(set) var why: Diagnosis?

    private let methods: [NotificationMethod]
    private var retry: TimeInterval
    /// By group: one that fails again and again, not many at once because the server started again.
    private var silent: [Int: Int] = [:]
    private var deaths: [Int: Int] = [:]

    /// - Parameters:
    ///   - methods: those that may be used, the preferred one first.
    ///   - retry: seconds until the preferred one is tried again at first.
    package init(_ methods: [NotificationMethod], retry: TimeInterval = 3_600) {
        self.methods = methods
        self.retry = retry
        method = methods.first
    }

    package var preferred: NotificationMethod? { methods.first }

    /// The channel of `group` carries.
    /// - Returns: whether all groups go back to the preferred method now.
    package mutating func carried(_ group: Int) -> Bool {
        silent[group] = nil
        guard isProbing else { return false }
        isProbing = false
        method = preferred
        why = nil
        retryAt = nil
        return true
    }

    /// The channel of `group` ended in order.
    package mutating func closed(_ group: Int, life: TimeInterval) {
        if life >= Self.soundLife { deaths[group] = nil }
    }

    /// The channel of `group` ended otherwise than in order.
    /// - Parameter life: for how many seconds it had carried; `nil` where it never did, though the server answered.
    /// - Returns: whether another method is used from now on.
    package mutating func broke(_ group: Int, life: TimeInterval?, why diagnosis: Diagnosis, at now: Date) -> Bool {
        if isProbing { return fallBack(why: diagnosis, at: now) }
        switch life {
        case nil: silent[group, default: 0] += 1
        case let life? where life < Self.soundLife: deaths[group, default: 0] += 1
        default: deaths[group] = nil
        }
        guard silent[group, default: 0] >= Self.silentOpenings || deaths[group, default: 0] >= Self.earlyDeaths else {
            return false
        }
        return fallBack(why: diagnosis, at: now)
    }

    /// The server does not know `method`.
    /// - Returns: whether another method is used from now on.
    package mutating func unknown(_ method: NotificationMethod, why diagnosis: Diagnosis, at now: Date) -> Bool {
        guard method == self.method || isProbing else { return false }
        return fallBack(why: diagnosis, at: now)
    }

    /// Whether it is time to try the preferred method again, with one group.
    package mutating func beginProbe(at now: Date) -> Bool {
        guard let retryAt, retryAt <= now, !isProbing else { return false }
        self.retryAt = nil
        isProbing = true
        return true
    }

    /// Nobody is left in the group that tries; another one tries soon.
    package mutating func postponeProbe(at now: Date) {
        guard isProbing else { return }
        isProbing = false
        retryAt = now + 60
    }

    private mutating func fallBack(why diagnosis: Diagnosis, at now: Date) -> Bool {
        silent = [:]
        deaths = [:]
        // Whoever has fallen back already has nothing left to fall back on.
        guard let next = methods.dropFirst().first, method != next || isProbing else { return false }
        isProbing = false
        why = diagnosis
        retryAt = now + retry
        retry = min(retry * 2, Self.longestRetry)
        method = next
        return true
    }
}
