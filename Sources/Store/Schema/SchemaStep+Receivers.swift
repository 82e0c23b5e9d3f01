extension SchemaStep {
    /// What schema 6 adds: who the hooks tell, of whom, and what presence servers hold for us.
    static let receivers = """
        -- Whom the hook tells, and of whom (a JSON object); another target is another receiver, which knows nothing.
        ALTER TABLE hook ADD COLUMN target TEXT;
        ALTER TABLE hook ADD COLUMN audience TEXT;
        -- Since when the receiver wants nothing more.
        ALTER TABLE hook ADD COLUMN disabled_at INTEGER;

        -- Whether the event only repeats what the receiver should know; something new does not wait in its place.
        ALTER TABLE outbox ADD COLUMN repeats INTEGER NOT NULL DEFAULT 0 CHECK (repeats IN (0, 1));
        DROP INDEX outbox_by_time;
        CREATE INDEX outbox_by_time ON outbox (hook, repeats, due_at);
        -- At most two rows for each hook, address and extension; whoever has an extension now stands behind whoever had it.
        CREATE INDEX outbox_by_extension ON outbox (extension, hook) WHERE extension IS NOT NULL;

        -- It outlives the user's row: what a server holds must be taken back, or forgotten there.
        CREATE TABLE publication (
            hook TEXT NOT NULL,
            address TEXT NOT NULL,
            presentity TEXT NOT NULL,
            entity_tag TEXT NOT NULL,
            expires_at INTEGER NOT NULL,
            document TEXT NOT NULL,
            PRIMARY KEY (hook, address, presentity)
        ) STRICT, WITHOUT ROWID;

        """
}
