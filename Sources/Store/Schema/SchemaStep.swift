import GRDB

/// One step from a schema to the next. Steps are only ever added: a released one never changes.
struct SchemaStep: Sendable {
    /// Rises by one; the schema a database has is the number of the last step it took.
    let number: Int
    /// Statements of SQL, separated by semicolons.
    let sql: String

    /// All steps, in order.
    static let all = [SchemaStep(number: 1, sql: firstTables + firstViews)]
}

/// The schema as a list of steps, and what of it a file already has.
struct Schema: Sendable {
    let steps: [SchemaStep]

    /// The schema this program writes.
    var version: Int { steps.last?.number ?? 0 }

    /// The schema of a file; 0 where it has none yet.
    func version(of database: Database) throws -> Int {
        try migrator.appliedIdentifiers(database).compactMap(Self.number).max() ?? 0
    }

    /// Takes the steps that the file has not taken yet, each in a transaction of its own.
    func migrate(_ writer: some DatabaseWriter) throws {
        try migrator.migrate(writer)
    }

    private var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for step in steps {
            migrator.registerMigration(Self.prefix + String(step.number)) { try $0.execute(sql: step.sql) }
        }
        return migrator
    }

    private static let prefix = "schema "

    private static func number(of identifier: String) -> Int? {
        identifier.hasPrefix(prefix) ? Int(identifier.dropFirst(prefix.count)) : nil
    }
}
