import Availability
import ConfigurationFile
import Foundation
import TestSupport
import Testing

@testable import DaemonApp

@Suite("What proves that an application is the application")
struct ApplicationProofTests {
    private let openssl: OpenSSLCommand

    init() throws {
        openssl = try OpenSSLCommand()
        try openssl.makeIdentity("app")
    }

    private func secrets(certificate: String = "app.crt", key: String = "app.key") throws -> ConnectorSecrets {
        let key = PasswordSource.file(openssl.folder.file(key))
        return try secrets(.certificate(path: openssl.folder.file(certificate), privateKey: key))
    }

    private func secrets(_ proof: ApplicationOptions.Proof) throws -> ConnectorSecrets {
        var options = ConnectorOptions(name: "online", ewsURL: nil, username: "", password: nil)
        options.application = ApplicationOptions(tenant: "contoso.com", clientID: "app", proof: proof)
        return try ConnectorSecrets(options, credentialsDirectory: openssl.folder.path)
    }

    @Test("a certificate that was renewed is noticed, and one that was not is the same")
    func renewal() throws {
        let before = try secrets()
        #expect(try secrets() == before)
        try openssl("req", "-x509", "-key", "app.key", "-subj", "/CN=app", "-days", "60", "-out", "app.crt")
        #expect(try secrets() != before)
    }

    @Test("a secret that was changed is noticed, and printed nowhere")
    func secret() throws {
        let proof = ApplicationOptions.Proof.secret(.credential("secret"))
        try openssl.folder.write("battery staple\n", to: "secret")
        let before = try secrets(proof)
        var dumped = ""
        dump(before, to: &dumped)
        #expect(!dumped.contains("battery"))
        #expect(try secrets(proof) == before)
        try openssl.folder.write("battery stable\n", to: "secret")
        #expect(try secrets(proof) != before)
        try openssl.folder.write("", to: "secret")
        #expect(throws: PasswordError.self) { try secrets(proof) }
    }

    @Test("the key may be a credential")
    func credential() throws {
        let certificate = openssl.folder.file("app.crt")
        #expect(
            try secrets(.certificate(path: certificate, privateKey: .credential("app.key"))) == (try secrets())
        )
    }

    @Test("files that are of no use are told apart")
    func mistakes() throws {
        try openssl.makeIdentity("other")
        try openssl("rsa", "-in", "app.key", "-aes128", "-passout", "pass:x", "-out", "encrypted.key")
        try openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "ec.key")
        for (certificate, key, seen) in [
            ("none.crt", "app.key", "certificate in the file \(openssl.folder.file("none.crt")) cannot be read"),
            ("app.key", "app.key", "certificate in the file \(openssl.folder.file("app.key")) cannot be read"),
            ("app.crt", "none.key", "private key in the file \(openssl.folder.file("none.key")) cannot be read"),
            ("app.crt", "encrypted.key", "is encrypted"),
            ("app.crt", "ec.key", "is no RSA key"),
            ("app.crt", "other.key", "does not belong to the certificate"),
        ] {
            do {
                _ = try secrets(certificate: certificate, key: key)
                Issue.record("\(certificate) with \(key) is taken")
            } catch let mistake as CertificateMistake {
                #expect(mistake.diagnosis.id == "config.certificate-unusable")
                #expect(mistake.diagnosis.summary.contains(seen))
                #expect(flaws(in: mistake.diagnosis) == [])
            }
        }
    }
}
