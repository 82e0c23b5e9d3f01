import ConfigurationFile
import Foundation
import TestSupport
import Testing

@testable import DaemonApp

@Suite("What is secret of a connector")
struct ConnectorSecretsTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func secrets(keytab: PasswordSource) throws -> ConnectorSecrets {
        var options = ConnectorOptions(name: "a", ewsURL: nil, username: "service@example.com", password: nil)
        options.keytab = keytab
        return try ConnectorSecrets(options, credentialsDirectory: folder.path)
    }

    @Test("a keytab with other keys is another secret, though its path and size are the same")
    func changedKeytab() throws {
        let path = try folder.write("keys of Monday", to: "keytab")
        let before = try secrets(keytab: .file(path))
        #expect(try secrets(keytab: .file(path)) == before)
        try folder.write("keys of Friday", to: "keytab")
        #expect(try secrets(keytab: .file(path)) != before)
        try FileManager.default.removeItem(atPath: path)
        #expect(try secrets(keytab: .file(path)) != before)
    }

    @Test("a keytab may be a credential of systemd, of which only the path is taken")
    func credential() throws {
        try folder.write("keys", to: "exchange-keytab")
        let secrets = try secrets(keytab: .credential("exchange-keytab"))
        #expect(secrets.keytab?.path == folder.file("exchange-keytab"))
        #expect(secrets.password == nil)
        #expect(!"\(secrets)".contains("keys"))
    }
}
