import Dispatch

/// When a silent server has been silent for too long. libcurl counts whole seconds there, and averages; this counts from
/// the last byte.
struct QuietLimit {
    enum Phase: Hashable {
        /// libcurl's own limit watches over it.
        case connecting
        /// The request is going out or the answer has not begun.
        case waiting
        /// The header has come, and of the body nothing yet.
        case headed
        case receiving
        /// We do not read: the reader of a stream is slow.
        case held
    }

    private(set) var phase = Phase.connecting
    private var since = DispatchTime(uptimeNanoseconds: 1)
    private let limits: TransferLimits

    init(_ limits: TransferLimits) {
        self.limits = limits
    }

    mutating func enter(_ phase: Phase, at time: DispatchTime) {
        self.phase = phase
        since = time
    }

    /// When patience ends, if nothing comes until then; `nil` for never.
    var deadline: DispatchTime? {
        seconds.map { since + .milliseconds($0.wholeMilliseconds) }
    }

    /// What to say then.
    var error: HTTPError {
        phase == .waiting ? .firstByteTimeout(seconds: seconds ?? 0) : .stalled(seconds: seconds ?? 0)
    }

    private var seconds: Double? {
        switch phase {
        case .connecting, .held: nil
        case .waiting: limits.firstByte
        case .headed: limits.firstBodyByte ?? limits.stall
        case .receiving: limits.stall
        }
    }
}

extension Double {
    /// These seconds for an interface that counts milliseconds and takes zero for "no limit": from 1 ms to 24 days.
    var wholeMilliseconds: Int {
        Int(Swift.min(Swift.max(self * 1000, 1), Double(Int32.max)))
    }
}
