import Availability
import Foundation

/// Sees from the times in answers whether the clocks of the server and of this machine agree. Times in, news out; no clock
/// of its own.
struct ClockWatch: Sendable {
    /// What is worth telling.
    enum News: Hashable, Sendable {
        case differ(Diagnosis)
        case agreeAgain
    }

    /// Seconds that the clocks may differ by: what Kerberos allows (RFC 4120, 1.6), and more than an answer takes.
    static let tolerance: TimeInterval = 300
    /// Seconds without a wrong time until all is well: behind one address there may be a server that is wrong and others
    /// that are not.
    static let calm: TimeInterval = 600

    /// Since when they differ, and how; `nil` while they agree.
    private(set) var difference: StoredFailure?
    private var lastSeen = Date.distantPast

    /// - Parameters:
    ///   - time: of the server, as an answer told it.
    ///   - now: when that answer came.
    mutating func met(_ time: Date, at now: Date, from host: String) -> News? {
        if let diagnosis = Self.diagnosis(of: time, at: now, from: host) {
            lastSeen = now
            guard difference == nil else { return nil }
            difference = StoredFailure(diagnosis, at: now)
            return .differ(diagnosis)
        }
        // A clock here that was set is right from then on.
        let isCalm = now < lastSeen || now >= lastSeen + Self.calm
        guard difference != nil, isCalm else { return nil }
        difference = nil
        return .agreeAgain
    }

    /// `nil` where the clocks agree well enough.
    static func diagnosis(of time: Date, at now: Date, from host: String) -> Diagnosis? {
        let ahead = time.timeIntervalSince(now)
        return abs(ahead) > tolerance ? .clockSkew(host, ahead: ahead) : nil
    }
}

extension Diagnosis {
    /// - Parameter seconds: by which the server is ahead, negative where it is behind.
    static func clockSkew(_ host: String, ahead seconds: TimeInterval) -> Diagnosis {
        Diagnosis(
            id: "clock.skew",
            summary: "The clock of the server \(host) is \(AgeText.text(abs(seconds))) "
                + "\(seconds > 0 ? "ahead of" : "behind") the clock of this machine.",
            remedy:
                "Synchronise both clocks: timedatectl shows whether this machine does, w32tm /query /status whether a "
                + "Windows server does. Until then presences change at the wrong moment, and logins may fail."
        )
    }
}
