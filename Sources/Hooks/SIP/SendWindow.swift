/// Who of those who want to send may: at most so many at once, deliveries before refreshes.
///
/// An unbounded number of open transactions drowns server and client alike. Refreshes have time, but not for ever: after
/// so many deliveries in a row that went past them, one refresh goes.
struct SendWindow<Ticket: Hashable & Sendable>: Sendable {
    enum Purpose: Hashable, Sendable {
        case delivery
        /// What nobody waits for: a refresh before expiry, a probe.
        case refresh
    }

    /// Deliveries that go before a refresh that waits.
    private static var deliveriesInARow: Int { 4 }

    private let size: Int
    /// Whether the server has let somebody in. As long as it has not, one at a time asks: a wrong password must not be
    /// tried once for each of those who wait.
    private(set) var isProven = false
    private(set) var inside: Set<Ticket> = []
    private var deliveries: [Ticket] = []
    private var refreshes: [Ticket] = []
    private var inARow = 0

    /// - Parameter size: how many may be inside at once, at least one.
    init(size: Int) {
        self.size = max(1, size)
    }

    var waiting: Int { deliveries.count + refreshes.count }

    /// How many more may be inside at once.
    var room: Int { max(0, (isProven ? size : 1) - inside.count) }

    /// Lines up.
    /// - Returns: who goes in now, perhaps the one who came.
    mutating func enter(_ ticket: Ticket, for purpose: Purpose) -> [Ticket] {
        switch purpose {
        case .delivery: deliveries.append(ticket)
        case .refresh: refreshes.append(ticket)
        }
        return admit()
    }

    /// Leaves.
    /// - Returns: who goes in now.
    mutating func leave(_ ticket: Ticket) -> [Ticket] {
        inside.remove(ticket)
        return admit()
    }

    /// The server answered as to somebody it knows, or did not.
    /// - Returns: who goes in now.
    mutating func prove(_ isProven: Bool) -> [Ticket] {
        self.isProven = isProven
        return admit()
    }

    private mutating func admit() -> [Ticket] {
        var admitted: [Ticket] = []
        while room > 0, let next = next() {
            inside.insert(next)
            admitted.append(next)
        }
        return admitted
    }

    private mutating func next() -> Ticket? {
        let isRefresh = deliveries.isEmpty || (inARow >= Self.deliveriesInARow && !refreshes.isEmpty)
        guard isRefresh else {
            inARow += 1
            return deliveries.removeFirst()
        }
        inARow = 0
        return refreshes.isEmpty ? nil : refreshes.removeFirst()
    }
}
