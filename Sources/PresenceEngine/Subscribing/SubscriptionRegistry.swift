import Availability

/// Which calendar is behind each subscription id of a connector.
///
/// A server that starts again may give ids anew, and not to us alone: an old subscription may then stand for a mailbox
/// of somebody else, and the server would never say so. An id that comes a second time for another mailbox gives it
/// away, and everything it promised before is void.
struct SubscriptionRegistry: Sendable {
    private var owners: [String: Subscription] = [:]
    /// The last id of each mailbox that has none now.
    private var former: [String: MailboxAddress] = [:]
    private var formerIDs: [MailboxAddress: String] = [:]

    /// - Returns: those that are void from now on, since the server has given the same id to another mailbox before.
    mutating func add(_ subscription: Subscription) -> [Subscription] {
        let mailbox = owners[subscription.id]?.mailbox ?? former[subscription.id]
        defer { owners[subscription.id] = subscription }
        guard let mailbox, mailbox != subscription.mailbox else { return [] }
        let void = Array(owners.values)
        self = SubscriptionRegistry()
        return void
    }

    mutating func remove(_ subscription: Subscription) {
        guard owns(subscription) else { return }
        owners[subscription.id] = nil
        if let older = formerIDs.updateValue(subscription.id, forKey: subscription.mailbox) { former[older] = nil }
        former[subscription.id] = subscription.mailbox
    }

    /// Whether the id still stands for this subscription, and not for a newer one.
    func owns(_ subscription: Subscription) -> Bool {
        owners[subscription.id].map { Self.isSame($0, subscription) } ?? false
    }

    subscript(id: String) -> Subscription? { owners[id] }

    /// Whether the id stands for a newer subscription by now.
    func hasGone(_ subscription: Subscription) -> Bool {
        owners[subscription.id].map { !Self.isSame($0, subscription) } ?? false
    }

    /// Watermarks move, and do not make another subscription.
    private static func isSame(_ one: Subscription, _ other: Subscription) -> Bool {
        one.mailbox == other.mailbox && one.createdAt == other.createdAt
    }
}
