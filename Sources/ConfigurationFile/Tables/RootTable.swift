internal import Availability

/// The tables of the file.
enum RootKey: String, TableKey {
    case service
    case http
    case scan
    case connector
    case users
    case user
    case userGroup = "user_group"
    case presence
    case hook

    static let table = ""
}

extension Configuration {
    /// Reads every table, notes every mistake.
    init(_ root: TableReader<RootKey>, environment: ConfigurationEnvironment, mistakes: MistakeList) {
        let connectors = root.tables(.connector, of: ConnectorKey.self)
        let directory = ConnectorDirectory(connectors, environment: environment)
        service = ServiceOptions(root.table(.service, of: ServiceKey.self), environment: environment)
        http = HTTPOptions(
            root.table(.http, of: HTTPKey.self),
            besides: directory.connectors,
            environment: environment
        )
        scan = ScanOptions(root.table(.scan, of: ScanKey.self))
        self.connectors = directory.connectors
        var names = UserNames()
        users = User.all(root.tables(.user, of: UserKey.self), directory: directory, names: &names)
        let usersTable = root.table(.users, of: UsersKey.self)
        let list = UserList.read(usersTable, beside: names, directory, environment)
        users += list.users
        settled = names.settled.union(list.settled)
        userGroups = UserGroup.all(root.tables(.userGroup, of: UserGroupKey.self), directory: directory)
        groupRefresh = UserGroup.refresh(usersTable)
        warnings = list.warnings
        presence = PresenceRules(root.table(.presence, of: PresenceKey.self), scan: scan)
        hooks = HookOptions.all(
            root.tables(.hook, of: HookKey.self),
            directory: directory,
            environment: environment
        )
    }

    /// Every key the decoder knows, by table, without those that exist only to be refused. The example and the
    /// documentation are held to this list.
    package static let knownKeys: [String: Set<String>] = {
        let refused = [
            ConnectorKey.password.rawValue, ConnectorKey.clientSecret.rawValue, TokenKey.token.rawValue,
            HookKey.password.rawValue, HookKey.secret.rawValue, HookKey.previousSecret.rawValue,
        ]
        func keys<Key: TableKey>(_: Key.Type) -> (String, Set<String>) {
            (Key.table.filter { !"[]".contains($0) }, Set(Key.names).subtracting(refused))
        }
        return Dictionary(uniqueKeysWithValues: [
            keys(ServiceKey.self), keys(HTTPKey.self), keys(TLSKey.self), keys(TokenKey.self), keys(ScanKey.self),
            keys(ConnectorKey.self), keys(UsersKey.self), keys(UserKey.self), keys(UserGroupKey.self),
            keys(PresenceKey.self), keys(HookKey.self),
        ])
    }()
}
