import Availability
import EWSMessages

/// Which tokens are known, and what was told through them and nobody has read. Bounded in all its parts.
struct PushRegister: Sendable {
    /// How many tokens may be expected, and how many retired ones are remembered.
    static let limit = 100_000

    private struct Expectation {
        var mailbox: MailboxAddress
        /// `nil` until the server has answered.
        var subscriptionId: String?
    }

    /// Whether a subscription is only wanted for its first call, whose answer then ends it.
    private let endsAtFirstCall: Bool
    private var expected: [String: Expectation] = [:]
    private var retired: Set<String> = []
    /// The same, the oldest first.
    private var retirements: [String] = []
    private var unread: [String: PushArrival] = [:]
    /// The tokens of what is unread, those that came last at the end; together with `leaving` a queue.
    private var coming: [String] = []
    /// The next one at the end.
    private var leaving: [String] = []

    init(endsAtFirstCall: Bool = false) {
        self.endsAtFirstCall = endsAtFirstCall
    }

    /// - Returns: whether there was room.
    mutating func expect(_ token: String, _ mailbox: MailboxAddress) -> Bool {
        guard expected.count < Self.limit, unread.count < Self.limit else { return false }
        expected[token] = Expectation(mailbox: mailbox)
        return true
    }

    mutating func confirm(_ token: String, _ id: String) {
        expected[token]?.subscriptionId = id
    }

    /// What is unread of it is forgotten: whoever retires it has given the subscription up.
    mutating func retire(_ token: String) {
        expected[token] = nil
        unread[token] = nil
        remember(token)
    }

    func knows(_ token: String) -> Bool { expected[token] != nil || retired.contains(token) }

    /// - Returns: how to answer; `nil` for somebody who knows a token and not the subscription.
    mutating func receive(_ token: String, _ notification: SendNotification) -> SendNotificationResult? {
        guard let expectation = expected[token] else { return retired.contains(token) ? .unsubscribe : nil }
        // An error may name none.
        if let known = expectation.subscriptionId, let told = notification.subscriptionId, known != told { return nil }
        guard let content = notification.notification else {
            // Such as ErrorReadEventsFailed: whatever it is, the subscription has a gap.
            expected[token] = nil
            note(.lost, token, expectation.mailbox)
            remember(token)
            return .unsubscribe
        }
        note(content.tellsOfChange ? .changed : .alive, token, expectation.mailbox)
        guard !endsAtFirstCall else {
            expected[token] = nil
            remember(token)
            return .unsubscribe
        }
        return .ok
    }

    /// Something came that cannot be understood: whatever it was to tell, the mailbox may have changed.
    mutating func noteUnreadable(_ token: String) {
        guard let expectation = expected[token] else { return }
        note(.changed, token, expectation.mailbox)
    }

    /// Takes out what has waited longest.
    mutating func nextArrival() -> PushArrival? {
        while true {
            if leaving.isEmpty { swap(&leaving, &coming); leaving.reverse() }
            guard let token = leaving.popLast() else { return nil }
            if let arrival = unread.removeValue(forKey: token) { return arrival }
        }
    }

    /// News of a token that already has some takes its place where it says more.
    private mutating func note(_ news: PushArrival.News, _ token: String, _ mailbox: MailboxAddress) {
        if unread[token] == nil { coming.append(token) }
        // Where nobody reads, tokens that are retired would pile up.
        if coming.count > 4 * Self.limit { coming.removeAll { unread[$0] == nil } }
        guard news.weight >= unread[token]?.news.weight ?? 0 else { return }
        unread[token] = PushArrival(mailbox: mailbox, callbackToken: token, news: news)
    }

    /// Forgets the older half of those it remembers when there are too many: their servers have given up long ago.
    private mutating func remember(_ token: String) {
        guard retired.insert(token).inserted else { return }
        retirements.append(token)
        guard retirements.count > Self.limit else { return }
        retired.subtract(retirements.prefix(Self.limit / 2))
        retirements.removeFirst(Self.limit / 2)
    }
}

extension PushArrival.News {
    fileprivate var weight: Int {
        switch self {
        case .alive: 0
        case .changed: 1
        case .lost: 2
        }
    }
}
