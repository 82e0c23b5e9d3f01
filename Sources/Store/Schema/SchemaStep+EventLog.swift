extension SchemaStep {
    /// What schema 3 adds: the newest entries of the log. Numbers rise by one and never come back, so that a reader can
    /// go on behind the last one it has.
    ///
    /// The level is kept as the priority of syslog(3), which sorts. What entries are looked for by has a column of its
    /// own; the other fields are a JSON object.
    static let eventLog = """
        CREATE TABLE log_entry (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            priority INTEGER NOT NULL,
            message TEXT NOT NULL,
            event TEXT,
            user TEXT,
            connector TEXT,
            diagnosis TEXT,
            fields TEXT
        ) STRICT;

        CREATE VIEW log AS
        SELECT number,
            strftime('%Y-%m-%dT%H:%M:%SZ', at, 'unixepoch') AS at,
            CASE priority WHEN 6 THEN 'info' WHEN 5 THEN 'notice' WHEN 4 THEN 'warning' WHEN 3 THEN 'error'
                ELSE 'critical' END AS level,
            message, event, user, connector, diagnosis, fields
        FROM log_entry
        ORDER BY number;

        """
}
