import GRDB

/// One step from a schema to the next. Steps are only ever added: a released one never changes.
struct SchemaStep: Sendable {
    /// Rises; the schema a database has is the number of the last step it took.
    let number: Int
    /// Statements of SQL, separated by semicolons.
    let sql: String

    /// What the file remembers of having taken the step.
    var identifier: String { Self.prefix + String(number) }

    /// What the user of this program sees of an identifier: the number, where it is one of ours.
    static func name(of identifier: String) -> String {
        identifier.hasPrefix(prefix) ? String(identifier.dropFirst(prefix.count)) : identifier
    }

    private static let prefix = "schema "

    /// All steps, in order.
    static let all = [
        SchemaStep(number: 1, sql: firstTables + firstViews),
        SchemaStep(number: 2, sql: subscriptions),
        SchemaStep(number: 3, sql: eventLog),
        SchemaStep(number: 4, sql: groups),
        SchemaStep(number: 5, sql: searches),
        SchemaStep(number: 6, sql: receivers + receiverViews),
        SchemaStep(number: 7, sql: manners),
    ]
}

/// The schema as a list of steps, and what of it a file already has.
struct Schema: Sendable {
    let steps: [SchemaStep]

    /// The schema this program writes.
    var version: Int { steps.last?.number ?? 0 }

    /// The name of the last step the file took that is not among these, whatever it is called: then a newer program
    /// wrote the file. `nil` where all are known.
    func unknownStep(of database: Database) throws -> String? {
        let unknown = try migrator.appliedIdentifiers(database).subtracting(steps.map(\.identifier))
        // Of numbers, the longer is the higher one.
        return unknown.max { ($0.count, $0) < ($1.count, $1) }.map(SchemaStep.name)
    }

    /// The number of the last of these steps that the file took; 0 where it took none.
    func version(of database: Database) throws -> Int {
        let taken = try migrator.appliedIdentifiers(database)
        return steps.last { taken.contains($0.identifier) }?.number ?? 0
    }

    /// Takes the steps that the file has not taken yet, each in a transaction of its own.
    func migrate(_ writer: some DatabaseWriter) throws {
        try migrator.migrate(writer)
    }

    private var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for step in steps {
            migrator.registerMigration(step.identifier) { try $0.execute(sql: step.sql) }
        }
        return migrator
    }
}
