/// Decides which requests may start: so many at once, so many to one lane (a host or socket), so many waiting.
///
/// First come, first served, but a request whose lane is full does not hold up those of other lanes behind it.
struct Admission {
    enum Decision: Hashable {
        case start, wait, refuse
    }

    private let options: HTTPClientOptions
    private var running: [UInt64: String] = [:]
    private var runningInLane: [String: Int] = [:]
    private var waiting: [(number: UInt64, lane: String)] = []

    init(_ options: HTTPClientOptions) {
        self.options = options
    }

    mutating func arrive(_ number: UInt64, lane: String) -> Decision {
        if hasRoom(in: lane) {
            start(number, lane: lane)
            return .start
        }
        guard waiting.count < options.waitingLimit else { return .refuse }
        waiting.append((number, lane))
        return .wait
    }

    /// Forgets a request that ended or gave up waiting.
    /// - Returns: the one that waited longest and may start now, if any. One place becomes free, so there is never more.
    mutating func leave(_ number: UInt64) -> UInt64? {
        guard let lane = running.removeValue(forKey: number) else {
            waiting.removeAll { $0.number == number }
            return nil
        }
        let rest = (runningInLane[lane] ?? 0) - 1
        runningInLane[lane] = rest > 0 ? rest : nil
        guard let next = waiting.firstIndex(where: { hasRoom(in: $0.lane) }) else { return nil }
        let entry = waiting.remove(at: next)
        start(entry.number, lane: entry.lane)
        return entry.number
    }

    private func hasRoom(in lane: String) -> Bool {
        running.count < options.requestLimit && (runningInLane[lane] ?? 0) < options.requestLimitPerHost
    }

    private mutating func start(_ number: UInt64, lane: String) {
        running[number] = lane
        runningInLane[lane, default: 0] += 1
    }
}
