/// The key of a `[[hook]]` that runs a program.
enum ExecKeys {
    /// The program and its arguments.
    static func command(_ reader: TableReader<HookKey>, _ environment: ConfigurationEnvironment) -> [String]? {
        reader.require(.command)
        guard let command = reader.texts(.command, argument) else { return nil }
        guard let program = command.first else {
            reader.mistakes.note(
                "command: expected the path of a program and its arguments, found an empty array",
                at: reader.place(of: .command)
            )
            return nil
        }
        guard reader.converted(.command, program, environment.program) != nil else { return nil }
        return command.map(\.value)
    }

    /// The system hands arguments over as texts that end with a zero.
    private static func argument(_ text: String) throws(Objection) -> String {
        guard !text.utf8.contains(0) else { throw Objection("an argument cannot hold a zero byte") }
        return text
    }
}
