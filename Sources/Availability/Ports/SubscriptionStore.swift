/// The database as it remembers subscriptions, so that none outlives the daemon unnoticed.
package protocol SubscriptionStore: Sendable {
    /// All that are remembered of a connector, sorted by mailbox.
    func subscriptions(of connector: String) async throws(StoreFailure) -> [Subscription]

    /// Remembers these, in one transaction; one of the same id takes the place of the older.
    func keep(_ subscriptions: [Subscription], of connector: String) async throws(StoreFailure)

    /// Forgets these; one that is not remembered is left alone.
    func forget(_ subscriptions: [Subscription], of connector: String) async throws(StoreFailure)
}
