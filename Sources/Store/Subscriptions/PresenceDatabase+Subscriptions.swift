package import Availability
import GRDB

extension PresenceDatabase: SubscriptionStore {
    /// All that are remembered of a connector, sorted by mailbox; of one mailbox the oldest first.
    package func subscriptions(of connector: String) async throws(StoreFailure) -> [Subscription] {
        try await read { database in
            var subscriptions: [Subscription] = []
            let rows = try database.rows(
                """
                SELECT \(ColumnReader.subscriptionColumns) FROM subscription WHERE connector = ?
                ORDER BY address, created_at, id
                """,
                [connector]
            )
            while let row = try rows.next() {
                var columns = ColumnReader(row)
                if let subscription = columns.subscription() { subscriptions.append(subscription) }
            }
            return subscriptions
        }
    }

    /// Remembers these, in one transaction; one of the same id takes the place of the older, whosever mailbox that was:
    /// a server that started again counts from the beginning.
    package func keep(_ subscriptions: [Subscription], of connector: String) async throws(StoreFailure) {
        guard !subscriptions.isEmpty else { return }
        try await write { database in
            for subscription in subscriptions {
                try database.run(
                    """
                    INSERT OR REPLACE INTO subscription (connector, \(ColumnReader.subscriptionColumns))
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                    [
                        connector, subscription.id, subscription.mailbox.text, subscription.method.rawValue,
                        subscription.route.anchor.text, subscription.route.affinity, subscription.callbackToken,
                        subscription.createdAt.seconds,
                    ]
                )
            }
        }
    }

    /// Forgets these, in one transaction. One that is not remembered is left alone, and so is a newer one to which the
    /// server gave the same id.
    package func forget(_ subscriptions: [Subscription], of connector: String) async throws(StoreFailure) {
        guard !subscriptions.isEmpty else { return }
        try await write { database in
            for subscription in subscriptions {
                try database.run(
                    "DELETE FROM subscription WHERE connector = ? AND id = ? AND address = ? AND created_at = ?",
                    [connector, subscription.id, subscription.mailbox.text, subscription.createdAt.seconds]
                )
            }
        }
    }
}

extension ColumnReader {
    fileprivate static let subscriptionColumns =
        "id, address, method, anchor, affinity, callback_token, created_at"

    /// `nil` where somebody wrote an address by hand that is none.
    fileprivate mutating func subscription() -> Subscription? {
        let id = text()
        let mailbox = text().flatMap(MailboxAddress.init)
        let method = word(or: NotificationMethod.pull)
        let anchor = text().flatMap(MailboxAddress.init)
        let affinity = text()
        let callbackToken = text()
        guard let id, let mailbox, let anchor, let createdAt = time() else { return nil }
        return Subscription(
            mailbox: mailbox,
            id: id,
            method: method,
            route: NotificationRoute(anchor: anchor, affinity: affinity),
            callbackToken: callbackToken,
            createdAt: createdAt
        )
    }
}
