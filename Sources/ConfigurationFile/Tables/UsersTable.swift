internal import Availability

/// The keys of `[users]`: users from a file of their own, and how often those of groups are asked for.
enum UsersKey: String, TableKey {
    case file
    case refresh

    static let table = "[users]"
}

extension UserList {
    /// The largest users file, in bytes.
    private static let largest = 16 * 1_048_576

    /// The users of the file that the table names, who of them names his connector, and what is wrong with others; none
    /// of that where it names no file.
    /// - Parameter names: what is taken already, by users of the configuration file.
    static func read(
        _ reader: TableReader<UsersKey>,
        beside names: UserNames,
        _ directory: ConnectorDirectory,
        _ environment: ConfigurationEnvironment
    ) -> (users: [User], settled: Set<MailboxAddress>, warnings: [ConfigurationMistake]) {
        var result: (users: [User], settled: Set<MailboxAddress>, warnings: [ConfigurationMistake]) = ([], [], [])
        _ = reader.text(.file) { (path) throws(Objection) in
            // As with other keys, this asks for nothing.
            guard !path.isEmpty else { return }
            let path = try self.path(path, besides: reader.mistakes.file)
            var list = UserList(file: path, configurationFile: reader.mistakes.file, taken: names, directory)
            // What was noted is told even where the file turns out to be of no use.
            defer { result = (list.users, list.settled, list.warnings) }
            try list.take(UTF8Text.checked(environment.content(ofFile: path, largest: largest), of: path))
        }
        return result
    }

    /// A path, where it does not begin at the root, begins in the folder of the configuration file.
    private static func path(_ path: String, besides configurationFile: String) throws(Objection) -> String {
        let folder = configurationFile.lastIndex(of: "/").map { configurationFile[...$0] } ?? ""
        let path = path.hasPrefix("/") ? path : folder + path
        guard path.utf8.count <= AbsolutePath.longest, !path.utf8.contains(0) else {
            throw Objection("this is no path")
        }
        return path
    }
}
