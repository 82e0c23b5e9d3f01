internal import Availability

/// The tables of the file.
enum RootKey: String, TableKey {
    case service
    case http
    case scan
    case connector
    case users
    case user
    case presence
    case hook

    static let table = ""
}

extension Configuration {
    /// Reads every table, notes every mistake.
    init(_ root: TableReader<RootKey>, environment: ConfigurationEnvironment, mistakes: MistakeList) {
        // It has only keys of later versions; reading it notes what asks for those.
        _ = root.table(.http, of: HTTPKey.self)
        let connectors = root.tables(.connector, of: ConnectorKey.self)
        let directory = ConnectorDirectory(connectors, environment: environment)
        service = ServiceOptions(root.table(.service, of: ServiceKey.self))
        scan = ScanOptions(root.table(.scan, of: ScanKey.self))
        self.connectors = directory.connectors
        var names = UserNames()
        users = User.all(root.tables(.user, of: UserKey.self), directory: directory, names: &names)
        let list = UserList.read(root.table(.users, of: UsersKey.self), beside: names, directory, environment)
        users += list.users
        warnings = list.warnings
        presence = PresenceRules(root.table(.presence, of: PresenceKey.self), scan: scan)
        hooks = HookOptions.all(root.tables(.hook, of: HookKey.self), environment: environment)
    }

    /// Every key the decoder knows, by table, without the keys of later versions and `password`, which exists only to
    /// be refused. The example and the documentation are held to this list.
    package static let knownKeys: [String: Set<String>] = inventory { !$0 && $1 != ConnectorKey.password.rawValue }

    /// The keys that a later version will do something with, by table.
    package static let laterKeys: [String: Set<String>] = inventory { isForLater, _ in isForLater }

    private static func inventory(_ pick: (_ isForLater: Bool, _ name: String) -> Bool) -> [String: Set<String>] {
        func keys<Key: TableKey>(_: Key.Type) -> Set<String> {
            Set(Key.allCases.filter { pick($0.isForLater, $0.rawValue) }.map(\.rawValue))
        }
        let tables = [
            "service": keys(ServiceKey.self), "http": keys(HTTPKey.self), "scan": keys(ScanKey.self),
            "connector": keys(ConnectorKey.self), "users": keys(UsersKey.self), "user": keys(UserKey.self),
            "presence": keys(PresenceKey.self), "hook": keys(HookKey.self),
        ]
        return tables.filter { !$0.value.isEmpty }
    }
}
