/// Several servers in the order in which they are tried.
struct SIPServers: Hashable, Sendable {
    private(set) var inOrder: [SIPServer]
    /// How many of them, from the beginning, are equals: which of these goes first is nobody's wish.
    let equals: Int

    init(_ inOrder: [SIPServer], equals: Int = 1) {
        self.inOrder = inOrder
        self.equals = equals
    }

    /// Goes on with the one that went first before, where it is one of the equals: it holds what was published.
    func goingOn(from former: SIPServers?) -> SIPServers {
        guard let first = former?.inOrder.first, inOrder.prefix(equals).contains(first) else { return self }
        var servers = self
        servers.prefer(first)
        return servers
    }

    /// Has it tried first from now on.
    mutating func prefer(_ server: SIPServer) {
        guard let index = inOrder.firstIndex(of: server) else { return }
        inOrder.insert(inOrder.remove(at: index), at: 0)
    }
}
