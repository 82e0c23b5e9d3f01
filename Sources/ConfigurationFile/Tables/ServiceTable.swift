/// The keys of `[service]`.
enum ServiceKey: String, TableKey {
    case stateDirectory = "state_directory"
    case controlSocket = "control_socket"
    case writerGroup = "writer_group"
    case logLevel = "log_level"

    static let table = "[service]"
}

extension ServiceOptions {
    init(_ reader: TableReader<ServiceKey>, environment: ConfigurationEnvironment) {
        self.init()
        stateDirectory = reader.text(.stateDirectory, AbsolutePath.checked)?.value ?? stateDirectory
        controlSocket = reader.text(.controlSocket, Self.socketPath)?.value ?? controlSocket
        if !reader.isIdle(.writerGroup) { writerGroup = reader.text(.writerGroup, environment.group)?.value }
        logLevel = reader.choice(.logLevel) ?? logLevel
    }

    /// The address of a Unix socket has room for 107 bytes of path and a closing zero (unix(7)).
    private static func socketPath(_ path: String) throws(Objection) -> String {
        guard path.utf8.count <= 107 else { throw Objection("the path of a socket has at most 107 bytes") }
        return try AbsolutePath.checked(path)
    }
}
