extension SchemaStep {
    /// What schema 2 adds: the subscriptions that a server was asked for and that were not ended yet.
    ///
    /// They hang on no row in `user`: when a user goes, its subscription is still to be ended at the server. The
    /// watermark of a subscription is not kept, because after a restart it would be old. The view leaves out the token
    /// of the callback, which is a secret.
    static let subscriptions = """
        CREATE TABLE subscription (
            connector TEXT NOT NULL,
            id TEXT NOT NULL,
            address TEXT NOT NULL,
            method TEXT NOT NULL,
            anchor TEXT NOT NULL,
            affinity TEXT,
            callback_token TEXT,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (connector, id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX subscription_by_address ON subscription (address);

        CREATE VIEW subscriptions AS
        SELECT address, connector, method,
            strftime('%Y-%m-%dT%H:%M:%SZ', created_at, 'unixepoch') AS created,
            anchor, affinity, id
        FROM subscription
        ORDER BY address, connector, created_at;

        """
}
