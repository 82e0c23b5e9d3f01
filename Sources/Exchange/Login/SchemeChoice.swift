/// Which scheme a server is logged in to with, where the administrator leaves that to us. Decides, and sends nothing.
struct SchemeChoice: Hashable, Sendable {
    /// What there are means for here, the strongest first.
    let means: [LoginScheme]
    /// What the server said it takes; `nil` before it was asked.
    private(set) var offered: OfferedSchemes?
    /// What was tried in vain.
    private(set) var setAside: Set<LoginScheme> = []

    init(means: [LoginScheme]) {
        self.means = means
    }

    /// The strongest that both sides can do and that was not tried in vain; `nil` where there is none or where the server
    /// has to be asked.
    var scheme: LoginScheme? {
        guard let offered else { return nil }
        return means.first { isPossible($0, offered) && !setAside.contains($0) }
    }

    /// The server was asked, or has told in passing.
    mutating func learn(_ offered: OfferedSchemes) {
        self.offered = offered
    }

    /// A scheme did not do and leaves its place to the next one.
    ///
    /// - Returns: whether there is a next one; where not, nothing is remembered, so that it is tried again later.
    mutating func setAside(_ scheme: LoginScheme) -> Bool {
        var without = self
        without.setAside.insert(scheme)
        guard without.scheme != nil else { return false }
        self = without
        return true
    }

    /// Somebody who names no scheme at all may still take what can be sent without being asked for.
    private func isPossible(_ scheme: LoginScheme, _ offered: OfferedSchemes) -> Bool {
        offered.names.isEmpty ? scheme != .ntlm : offered.contains(scheme.name)
    }
}
