extension SchemaStep {
    /// The tables of schema 1. Times are whole seconds since 1970; the views show them as text.
    ///
    /// Everything of a user hangs on its row in `user` and goes with it; only what hooks are still to be told is kept
    /// by address, because the last event of a user outlives it. Busy intervals are clustered by user, because they are
    /// only ever read and replaced as a whole.
    static let firstTables = """
        CREATE TABLE user (
            id INTEGER PRIMARY KEY,
            address TEXT NOT NULL UNIQUE,
            extension TEXT,
            display_name TEXT,
            enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
            connector TEXT NOT NULL,
            added_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE calendar (
            user_id INTEGER PRIMARY KEY REFERENCES user ON DELETE CASCADE,
            covered_from INTEGER NOT NULL,
            covered_until INTEGER NOT NULL,
            read_at INTEGER NOT NULL,
            source TEXT NOT NULL
        ) STRICT;

        CREATE TABLE busy_interval (
            user_id INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
            position INTEGER NOT NULL,
            starts_at INTEGER NOT NULL,
            ends_at INTEGER NOT NULL,
            busy_type TEXT NOT NULL,
            private INTEGER NOT NULL CHECK (private IN (0, 1)),
            subject TEXT,
            location TEXT,
            PRIMARY KEY (user_id, position)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE automatic_reply (
            user_id INTEGER PRIMARY KEY REFERENCES user ON DELETE CASCADE,
            state TEXT NOT NULL,
            starts_at INTEGER,
            ends_at INTEGER,
            internal_text TEXT NOT NULL,
            external_text TEXT NOT NULL,
            read_at INTEGER NOT NULL
        ) STRICT;

        -- Without ends_at the override holds until the next appointment.
        CREATE TABLE override (
            user_id INTEGER PRIMARY KEY REFERENCES user ON DELETE CASCADE,
            presence TEXT NOT NULL,
            set_at INTEGER NOT NULL,
            ends_at INTEGER
        ) STRICT;

        CREATE TABLE presence (
            user_id INTEGER PRIMARY KEY REFERENCES user ON DELETE CASCADE,
            presence TEXT NOT NULL,
            reason TEXT NOT NULL,
            since INTEGER NOT NULL,
            until INTEGER,
            internal_text TEXT,
            external_text TEXT,
            sequence INTEGER NOT NULL,
            next_boundary INTEGER
        ) STRICT;

        CREATE TABLE failure (
            user_id INTEGER PRIMARY KEY REFERENCES user ON DELETE CASCADE,
            diagnosis TEXT NOT NULL,
            summary TEXT NOT NULL,
            remedy TEXT NOT NULL,
            at INTEGER NOT NULL,
            part TEXT
        ) STRICT;

        CREATE TABLE scan (
            id INTEGER PRIMARY KEY,
            started_at INTEGER NOT NULL,
            finished_at INTEGER,
            mailboxes INTEGER NOT NULL,
            failed INTEGER NOT NULL DEFAULT 0
        ) STRICT;

        -- The hooks of the configuration, each of which was told of every user, and how their deliveries go.
        CREATE TABLE hook (
            name TEXT PRIMARY KEY,
            delivered INTEGER NOT NULL DEFAULT 0,
            failed INTEGER NOT NULL DEFAULT 0,
            last_error TEXT,
            last_error_at INTEGER
        ) STRICT, WITHOUT ROWID;

        -- At most two rows for each hook and address: one being sent, and the newest behind it.
        -- Without due_at a row cannot be taken: it is being sent, or stands behind one that is.
        CREATE TABLE outbox (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            hook TEXT NOT NULL,
            address TEXT NOT NULL,
            event_id TEXT NOT NULL,
            extension TEXT,
            presence TEXT NOT NULL,
            previous TEXT NOT NULL,
            reason TEXT NOT NULL,
            freshness TEXT NOT NULL,
            since INTEGER NOT NULL,
            until INTEGER,
            internal_text TEXT,
            external_text TEXT,
            sequence INTEGER NOT NULL,
            at INTEGER NOT NULL,
            due_at INTEGER,
            attempts INTEGER NOT NULL DEFAULT 0,
            being_sent INTEGER NOT NULL DEFAULT 0 CHECK (being_sent IN (0, 1))
        ) STRICT;
        CREATE INDEX outbox_by_time ON outbox (hook, due_at);
        CREATE INDEX outbox_by_address ON outbox (address, hook);

        CREATE TABLE setting (
            name TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        """
}
