extension SchemaStep {
    /// What schema 5 adds: the mailboxes that their connector said it does not have, and which other connector was found
    /// to have them.
    ///
    /// A row outlives its user's coming and going in the configuration for as long as nobody looks; which rows still mean
    /// something is decided where the configuration is known.
    static let searches = """
        CREATE TABLE mailbox_search (
            address TEXT PRIMARY KEY,
            -- The connector of the configuration.
            home TEXT NOT NULL,
            -- Who has the mailbox instead; without it nobody else does.
            connector TEXT,
            moved_at INTEGER,
            searches INTEGER NOT NULL,
            searched_at INTEGER NOT NULL,
            -- A JSON object: why each connector that was asked cannot read it.
            refusals TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE VIEW moves AS
        SELECT address, home AS moved_from, connector AS moved_to,
            strftime('%Y-%m-%dT%H:%M:%SZ', moved_at, 'unixepoch') AS moved
        FROM mailbox_search
        WHERE connector IS NOT NULL
        ORDER BY address;

        """
}
