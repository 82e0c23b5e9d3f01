/// The keys of a `[[hook]]`.
enum HookKey: String, TableKey {
    case name
    case kind
    case command
    case timeout
    case concurrency

    static let table = "[[hook]]"
}

extension HookOptions {
    /// All hooks of the file that are right; names are each given once.
    static func all(
        _ readers: [TableReader<HookKey>],
        environment: ConfigurationEnvironment
    ) -> [HookOptions] {
        var names = UniqueTexts()
        return readers.compactMap { reader in
            reader.require(.name)
            let name = reader.text(.name, Name.checked)
            if let name { names.add(name, of: .name, in: reader) }
            let kind: Kind? = reader.has(.kind) ? reader.choice(.kind) : .exec
            let action = kind.flatMap { Self.action($0, reader, environment) }
            // As with connectors: read everything, then give up.
            var options = HookOptions(name: name?.value ?? "", action: action ?? .exec(command: []))
            options.timeout = reader.duration(.timeout, in: 1...300) ?? options.timeout
            options.concurrency = reader.integer(.concurrency, in: 1...64) ?? options.concurrency
            return name == nil || action == nil ? nil : options
        }
    }

    private static func action(
        _ kind: Kind,
        _ reader: TableReader<HookKey>,
        _ environment: ConfigurationEnvironment
    ) -> Action? {
        switch kind {
        case .exec:
            reader.require(.command)
            guard let command = reader.texts(.command, Self.argument) else { return nil }
            guard let program = command.first else {
                reader.mistakes.note(
                    "command: expected the path of a program and its arguments, found an empty array",
                    at: reader.place(of: .command)
                )
                return nil
            }
            guard reader.converted(.command, program, environment.program) != nil else { return nil }
            return .exec(command: command.map(\.value))
        case .webhook, .sipPublish, .asterisk:
            reader.mistakes.note("kind: not supported in this version", at: reader.place(of: .kind))
            return nil
        }
    }

    /// The system hands arguments over as texts that end with a zero.
    private static func argument(_ text: String) throws(Objection) -> String {
        guard !text.utf8.contains(0) else { throw Objection("an argument cannot hold a zero byte") }
        return text
    }
}
