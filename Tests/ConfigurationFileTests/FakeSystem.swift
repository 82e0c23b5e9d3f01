import ConfigurationFile

extension ConfigurationEnvironment {
    /// The files that the fixtures speak of, with the modes they need.
    static let fixture = ConfigurationEnvironment(
        fileState: fixtureState,
        readFile: fixtureContent,
        secret: { source in
            guard case .file(let path) = source else { return nil }
            return fixtureContent(path, 100)
        }
    )

    @Sendable
    private static func fixtureContent(_ path: String, _ count: Int) -> [UInt8]? {
        let content: [UInt8]? =
            switch path {
            case "/etc/freebusyd/keytab": [5, 2, 0, 0, 0, 0x3A]
            case "/etc/freebusyd/password": Array("correct horse\n".utf8)
            case "/etc/freebusyd/signing-key": Array("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n".utf8)
            case "/etc/freebusyd/short-key": Array("whsec_Y29ycmVjdCBob3JzZQ==\n".utf8)
            case "/etc/freebusyd/notes.txt": Array("Renew in May.\n".utf8)
            case "/etc/freebusyd/callback.pem": Array("-----BEGIN CERTIFICATE-----\n".utf8)
            case "/etc/freebusyd/callback-key.pem": Array("-----BEGIN PRIVATE KEY-----\n".utf8)
            case "/etc/freebusyd/other-key.pem": Array("-----BEGIN EC PRIVATE KEY-----\n".utf8)
            case "/etc/freebusyd/locked-key.pem": Array("-----BEGIN ENCRYPTED PRIVATE KEY-----\n".utf8)
            default: nil
            }
        return content.map { Array($0.prefix(count)) }
    }

    @Sendable
    private static func fixtureState(_ path: String) -> FileState {
        switch path {
        case "/etc/freebusyd": .other
        case "/etc/freebusyd/password", "/etc/freebusyd/keytab", "/etc/freebusyd/callback-key.pem",
            "/etc/freebusyd/other-key.pem", "/etc/freebusyd/locked-key.pem", "/etc/freebusyd/signing-key",
            "/etc/freebusyd/short-key":
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
