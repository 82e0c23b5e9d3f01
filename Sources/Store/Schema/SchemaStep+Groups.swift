extension SchemaStep {
    /// What schema 4 adds: the distribution groups of the configuration, and who was in them when a server last told.
    ///
    /// The members hang on no row in `user`: who stands in the configuration too is a user whatever a group says. They
    /// are known before the server answers, so that a start without it loses nobody.
    static let groups = """
        CREATE TABLE user_group (
            address TEXT PRIMARY KEY,
            -- When a server last told all of it.
            refreshed_at INTEGER,
            left_out INTEGER NOT NULL DEFAULT 0,
            -- Why it did not tell all of it the last time.
            diagnosis TEXT,
            summary TEXT,
            remedy TEXT,
            failed_at INTEGER
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE user_group_member (
            group_address TEXT NOT NULL REFERENCES user_group (address) ON DELETE CASCADE,
            address TEXT NOT NULL,
            display_name TEXT,
            PRIMARY KEY (group_address, address)
        ) STRICT, WITHOUT ROWID;

        CREATE VIEW user_groups AS
        SELECT address,
            (SELECT count(*) FROM user_group_member WHERE group_address = user_group.address) AS members,
            strftime('%Y-%m-%dT%H:%M:%SZ', refreshed_at, 'unixepoch') AS refreshed,
            left_out, diagnosis AS last_failure,
            strftime('%Y-%m-%dT%H:%M:%SZ', failed_at, 'unixepoch') AS failed
        FROM user_group
        ORDER BY address;

        CREATE VIEW user_group_members AS
        SELECT group_address, user_group_member.address, user_group_member.display_name, user.connector, user.enabled
        FROM user_group_member LEFT JOIN user ON user.address = user_group_member.address
        ORDER BY group_address, user_group_member.address;

        """
}
