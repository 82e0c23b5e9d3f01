import ConfigurationFile

extension Configuration {
    /// The file of the database. systemd's state directory wins over the default, not over what the file says.
    /// - Parameter environment: of the process.
    func databasePath(environment: [String: String]) -> String {
        var directory = service.stateDirectory
        if directory == ServiceOptions.defaultStateDirectory {
            directory = environment["STATE_DIRECTORY"]?.split(separator: ":").first.map(String.init) ?? directory
        }
        return "\(directory)/freebusyd.db"
    }
}
