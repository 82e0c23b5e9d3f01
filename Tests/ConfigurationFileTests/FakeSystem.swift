import ConfigurationFile

extension ConfigurationEnvironment {
    /// The files that the fixtures speak of, with the modes they need.
    static let fixture = ConfigurationEnvironment { path in
        switch path {
        case "/etc/freebusyd": .other
        case "/etc/freebusyd/password", "/etc/freebusyd/callback-key.pem", "/etc/freebusyd/other-key.pem":
            .regular(permissions: 0o600)
        case "/etc/freebusyd/open-password", "/etc/freebusyd/open-key.pem": .regular(permissions: 0o644)
        case "/etc/freebusyd/group-password": .regular(permissions: 0o620)
        case "/etc/freebusyd/notes.txt", "/etc/freebusyd/ca.pem", "/etc/freebusyd/callback.pem",
            "/etc/freebusyd/other.pem":
            .regular(permissions: 0o644)
        case "/usr/bin/logger": .regular(permissions: 0o755)
        case "/closed/password": .unreachable
        default: .missing
        }
    }
}

/// The mistakes of a text as one line each; empty where it has none.
func mistakes(in text: String, file: String = "config.toml") -> [String] {
    do throws(ConfigurationErrors) {
        _ = try Configuration.parse(text: text, file: file, environment: .fixture)
        return []
    } catch {
        return error.mistakes.map(\.description)
    }
}
