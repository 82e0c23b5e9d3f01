import Availability

/// Which calendar is behind each subscription id of a connector.
///
/// A server that starts again may give ids anew, and not to us alone: an old subscription may then stand for a mailbox
/// of somebody else, and the server would never say so. An id that comes a second time for another mailbox gives it
/// away, and everything it promised before is void.
struct SubscriptionRegistry: Sendable {
    private struct Owner {
        var subscription: Subscription
        /// Rises with every subscription.
        var number: Int
    }

    private var owners: [String: Owner] = [:]
    private var lastNumber = 0
    /// The last id of each mailbox that has none now; the number is that of the newest subscription of then.
    private var former: [String: (mailbox: MailboxAddress, number: Int)] = [:]
    private var formerIDs: [MailboxAddress: String] = [:]

    /// What is void, since the server has given the same id to another mailbox before.
    struct Voided {
        var subscriptions: [Subscription] = []
        /// Those that may have been made after the server started again: nobody needs them, and the server keeps them.
        var orphans: [Subscription] = []
    }

    mutating func add(_ subscription: Subscription) -> Voided {
        let live = owners[subscription.id].map { (mailbox: $0.subscription.mailbox, number: $0.number) }
        let earlier = live ?? former[subscription.id]
        var void = Voided()
        if let earlier, earlier.mailbox != subscription.mailbox {
            void.subscriptions = owners.values.map(\.subscription)
            let younger = owners.values.filter { $0.number > earlier.number && $0.subscription.id != subscription.id }
            void.orphans = younger.map(\.subscription)
            owners = [:]
            former = [:]
            formerIDs = [:]
        }
        lastNumber += 1
        owners[subscription.id] = Owner(subscription: subscription, number: lastNumber)
        return void
    }

    mutating func remove(_ subscription: Subscription) {
        guard owns(subscription) else { return }
        owners[subscription.id] = nil
        if let older = formerIDs.updateValue(subscription.id, forKey: subscription.mailbox) { former[older] = nil }
        former[subscription.id] = (subscription.mailbox, lastNumber)
    }

    /// Whether the id still stands for this subscription, and not for a newer one.
    func owns(_ subscription: Subscription) -> Bool {
        owners[subscription.id].map { Self.isSame($0.subscription, subscription) } ?? false
    }

    subscript(id: String) -> Subscription? { owners[id]?.subscription }

    /// Whether the id stands for a newer subscription by now.
    func hasGone(_ subscription: Subscription) -> Bool {
        owners[subscription.id].map { !Self.isSame($0.subscription, subscription) } ?? false
    }

    /// Watermarks move, and do not make another subscription.
    private static func isSame(_ one: Subscription, _ other: Subscription) -> Bool {
        one.mailbox == other.mailbox && one.createdAt == other.createdAt
    }
}
