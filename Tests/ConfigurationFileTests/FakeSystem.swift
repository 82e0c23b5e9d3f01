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

    /// The same with more files, which can be read; one without content has no rights to be.
    static func fixture(with files: [String: [UInt8]?]) -> Self {
        ConfigurationEnvironment(
            fileState: { files[$0] == nil ? fixture.fileState($0) : .regular(permissions: 0o640) },
            readFile: { path, count in files[path].flatMap { $0 }.map { Array($0.prefix(count)) } }
        )
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
