/// The table `[service]`: the daemon itself.
package struct ServiceOptions: Hashable, Sendable {
    /// The folder of the database. The daemon prefers `$STATE_DIRECTORY` where the file does not say otherwise.
    package var stateDirectory = Self.defaultStateDirectory
    /// Where `freebusyctl` finds the daemon.
    package var controlSocket = "/run/freebusyd/control.sock"
    /// Whose members may change things over the control socket, besides root and the user the daemon runs as.
    package var writerGroup: SystemGroup?
    /// The least grave entries that are logged.
    package var logLevel = LogLevel.info

    package static let defaultStateDirectory = "/var/lib/freebusyd"

    package init() {}
}

/// How grave a log entry is; the raw values are those of the file and of swift-log.
package enum LogLevel: String, CaseIterable, Hashable, Sendable {
    case trace
    case debug
    case info
    case notice
    case warning
    case error
}
