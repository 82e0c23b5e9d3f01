import Availability

/// Which calendar is behind each subscription id of a connector.
///
/// A server that starts again may give ids anew, and not to us alone: an old subscription may then stand for a mailbox
/// of somebody else, and the server would never say so. An id that comes a second time for another mailbox gives it
/// away, and everything it promised before is void.
struct SubscriptionRegistry: Sendable {
    private struct Owner {
        var subscription: Subscription
        /// Rises with every answer.
        var number: Int
        /// The number of the newest answer when this one was asked for.
        var askedAfter: Int
    }

    private var owners: [String: Owner] = [:]
    /// The number of the newest answer.
    private(set) var lastNumber = 0
    /// Of each mailbox the subscription that it gave up last, by its id.
    private var former: [String: Owner] = [:]
    private var formerIDs: [MailboxAddress: String] = [:]

    /// What is void, since the server has given the same id to another mailbox before.
    struct Voided {
        var subscriptions: [Subscription] = []
        /// Those that may have been made after the server started again: nobody needs them, and the server keeps them.
        var orphans: [Subscription] = []
    }

    /// - Parameter askedAfter: the ``lastNumber`` of when it was asked for.
    mutating func add(_ subscription: Subscription, askedAfter: Int) -> Voided {
        var void = Voided()
        if let earlier = owners[subscription.id] ?? former[subscription.id],
            earlier.subscription.mailbox != subscription.mailbox
        {
            void.subscriptions = owners.values.map(\.subscription)
            // The server started again after it had made the earlier one. So what was answered before that was asked for
            // is older still; of all others nobody knows, since answers may overtake each other.
            let younger = owners.values.filter { $0.number > earlier.askedAfter }
            void.orphans = younger.map(\.subscription).filter { $0.id != subscription.id }
            owners = [:]
            former = [:]
            formerIDs = [:]
        }
        lastNumber += 1
        owners[subscription.id] = Owner(subscription: subscription, number: lastNumber, askedAfter: askedAfter)
        return void
    }

    mutating func remove(_ subscription: Subscription) {
        guard owns(subscription), let owner = owners.removeValue(forKey: subscription.id) else { return }
        if let older = formerIDs.updateValue(subscription.id, forKey: subscription.mailbox) { former[older] = nil }
        former[subscription.id] = owner
    }

    /// Whether the id still stands for this subscription, and not for a newer one.
    func owns(_ subscription: Subscription) -> Bool {
        owners[subscription.id].map { $0.subscription.isSame(as: subscription) } ?? false
    }

    subscript(id: String) -> Subscription? { owners[id]?.subscription }

    /// Whether the id stands for a newer subscription by now.
    func hasGone(_ subscription: Subscription) -> Bool {
        owners[subscription.id].map { !$0.subscription.isSame(as: subscription) } ?? false
    }
}

extension Subscription {
    /// Whether both are the same promise: an id may be given anew, also to the same mailbox. Watermarks move, and do not
    /// make another one.
    func isSame(as other: Subscription) -> Bool {
        id == other.id && mailbox == other.mailbox && createdAt == other.createdAt
    }
}
