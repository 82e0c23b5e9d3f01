extension SchemaStep {
    /// The views of schema 1: the same rows for the eyes of an administrator with `sqlite3`, times as UTC.
    static let firstViews = """
        CREATE VIEW appointments AS
        SELECT user.address,
            strftime('%Y-%m-%dT%H:%M:%SZ', starts_at, 'unixepoch') AS starts,
            strftime('%Y-%m-%dT%H:%M:%SZ', ends_at, 'unixepoch') AS ends,
            busy_type, private, subject, location
        FROM busy_interval JOIN user ON user.id = busy_interval.user_id
        ORDER BY user.address, position;

        CREATE VIEW presences AS
        SELECT user.address, user.extension, user.connector, user.enabled,
            presence.presence, presence.reason,
            strftime('%Y-%m-%dT%H:%M:%SZ', presence.since, 'unixepoch') AS since,
            strftime('%Y-%m-%dT%H:%M:%SZ', presence.until, 'unixepoch') AS until,
            strftime('%Y-%m-%dT%H:%M:%SZ', presence.next_boundary, 'unixepoch') AS next_boundary,
            strftime('%Y-%m-%dT%H:%M:%SZ', calendar.read_at, 'unixepoch') AS calendar_read,
            strftime('%Y-%m-%dT%H:%M:%SZ', calendar.covered_until, 'unixepoch') AS covered_until,
            failure.diagnosis AS last_failure
        FROM user
        LEFT JOIN presence ON presence.user_id = user.id
        LEFT JOIN calendar ON calendar.user_id = user.id
        LEFT JOIN failure ON failure.user_id = user.id
        ORDER BY user.address;

        CREATE VIEW automatic_replies AS
        SELECT user.address, state,
            strftime('%Y-%m-%dT%H:%M:%SZ', starts_at, 'unixepoch') AS starts,
            strftime('%Y-%m-%dT%H:%M:%SZ', ends_at, 'unixepoch') AS ends,
            internal_text, external_text,
            strftime('%Y-%m-%dT%H:%M:%SZ', read_at, 'unixepoch') AS read
        FROM automatic_reply JOIN user ON user.id = automatic_reply.user_id
        ORDER BY user.address;

        CREATE VIEW overrides AS
        SELECT user.address, presence,
            strftime('%Y-%m-%dT%H:%M:%SZ', set_at, 'unixepoch') AS was_set,
            coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', ends_at, 'unixepoch'), 'next appointment') AS ends
        FROM override JOIN user ON user.id = override.user_id
        ORDER BY user.address;

        CREATE VIEW failures AS
        SELECT user.address, diagnosis, summary, remedy,
            strftime('%Y-%m-%dT%H:%M:%SZ', at, 'unixepoch') AS at
        FROM failure JOIN user ON user.id = failure.user_id
        ORDER BY user.address;

        CREATE VIEW deliveries AS
        SELECT hook, address, previous, presence, sequence,
            strftime('%Y-%m-%dT%H:%M:%SZ', at, 'unixepoch') AS at,
            strftime('%Y-%m-%dT%H:%M:%SZ', due_at, 'unixepoch') AS due,
            attempts, being_sent
        FROM outbox
        ORDER BY hook, position;

        CREATE VIEW scans AS
        SELECT id,
            strftime('%Y-%m-%dT%H:%M:%SZ', started_at, 'unixepoch') AS started,
            strftime('%Y-%m-%dT%H:%M:%SZ', finished_at, 'unixepoch') AS finished,
            mailboxes, failed
        FROM scan
        ORDER BY id;

        """

    /// The views of schema 6.
    static let receiverViews = """
        DROP VIEW deliveries;
        CREATE VIEW deliveries AS
        SELECT hook, address, extension, previous, presence, sequence,
            strftime('%Y-%m-%dT%H:%M:%SZ', at, 'unixepoch') AS at,
            strftime('%Y-%m-%dT%H:%M:%SZ', due_at, 'unixepoch') AS due,
            attempts, being_sent, repeats
        FROM outbox
        ORDER BY hook, position;

        CREATE VIEW hooks AS
        SELECT name, target, audience,
            (SELECT count(*) FROM outbox WHERE outbox.hook = hook.name) AS queued,
            delivered, failed, last_error,
            strftime('%Y-%m-%dT%H:%M:%SZ', last_error_at, 'unixepoch') AS last_error_at,
            strftime('%Y-%m-%dT%H:%M:%SZ', disabled_at, 'unixepoch') AS disabled
        FROM hook
        ORDER BY name;

        CREATE VIEW publications AS
        SELECT hook, address, presentity, entity_tag,
            strftime('%Y-%m-%dT%H:%M:%SZ', expires_at, 'unixepoch') AS expires
        FROM publication
        ORDER BY hook, address, presentity;

        """
}
