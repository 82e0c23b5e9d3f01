import Foundation
import TestSupport
import Testing

@testable import OAuthMessages

@Suite("Signing with a certificate's key")
struct SigningTests {
    private let openssl: OpenSSLCommand

    init() throws {
        openssl = try OpenSSLCommand()
    }

    private func identity(_ certificate: String, _ key: String) throws -> SigningIdentity {
        try SigningIdentity(
            certificate: openssl.contents(of: certificate),
            privateKey: openssl.contents(of: key)
        )
    }

    @Test("the example of RFC 7515 comes out as it is printed there")
    func publishedExample() throws {
        try openssl.write(PublishedExample.key.utf8, to: "rfc.key")
        try openssl("req", "-x509", "-key", "rfc.key", "-subj", "/CN=rfc", "-out", "rfc.crt")
        let signature = try identity("rfc.crt", "rfc.key").signature(of: Array(PublishedExample.signingInput.utf8))
        #expect(Base64URL.encoded(signature) == PublishedExample.signature)
    }

    @Test("an assertion is signed so that openssl finds the signature good")
    func verified() throws {
        try openssl.makeIdentity("app")
        let assertion = ClientAssertion(clientID: "c", audience: "https://login.example.com/t", issuedAt: Date())
        let parts = try assertion.signed(with: identity("app.crt", "app.key")).split(separator: ".").map(String.init)
        try #require(parts.count == 3)
        try openssl.write("\(parts[0]).\(parts[1])".utf8, to: "input")
        let signature = try #require(decoded(parts[2]))
        try openssl.write(signature, to: "signature")
        try openssl("x509", "-in", "app.crt", "-noout", "-pubkey", "-out", "app.pub")
        let verdict = try openssl("dgst", "-sha256", "-verify", "app.pub", "-signature", "signature", "input")
        #expect(verdict == "Verified OK\n")
    }

    @Test("header and claims are those that Microsoft's page lists")
    func claims() throws {
        try openssl.makeIdentity("app")
        let assertion = ClientAssertion(
            clientID: "00000000-0000-0000-0000-0000000000aa",
            audience: "https://login.example.com/contoso/oauth2/v2.0/token",
            issuedAt: try notBefore("app.crt").addingTimeInterval(60),
            id: "once"
        )
        let parts = try assertion.signed(with: identity("app.crt", "app.key")).split(separator: ".").map(String.init)
        let header = try #require(try object(parts[0]) as? [String: String])
        #expect(Set(header.keys) == ["alg", "typ", "x5t", "x5t#S256"])
        #expect(header["alg"] == "RS256")
        #expect(header["typ"] == "JWT")
        for (name, digest) in [("x5t", "-sha1"), ("x5t#S256", "-sha256")] {
            let fingerprint = try openssl("x509", "-in", "app.crt", "-noout", "-fingerprint", digest)
            let hex = try #require(fingerprint.split(separator: "=").last).filter { $0.isHexDigit }
            let thumbprint = try #require(decoded(header[name] ?? ""))
            #expect(thumbprint.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined() == hex)
        }

        let claims = try object(parts[1])
        let now = Int(assertion.issuedAt.timeIntervalSince1970)
        #expect(Set(claims.keys) == ["aud", "exp", "iat", "iss", "jti", "nbf", "sub"])
        #expect(claims["aud"] as? String == "https://login.example.com/contoso/oauth2/v2.0/token")
        #expect(claims["iss"] as? String == "00000000-0000-0000-0000-0000000000aa")
        #expect(claims["sub"] as? String == "00000000-0000-0000-0000-0000000000aa")
        #expect(claims["jti"] as? String == "once")
        #expect(claims["nbf"] as? Int == now)
        #expect(claims["iat"] as? Int == now)
        #expect(claims["exp"] as? Int == now + 600)
    }

    @Test("no two assertions have the same id")
    func unique() {
        let ids = (0..<100).map { _ in ClientAssertion(clientID: "c", audience: "a", issuedAt: .distantPast).id }
        #expect(Set(ids).count == 100)
    }

    @Test("outside the dates of the certificate nothing is signed")
    func dates() throws {
        try openssl.makeIdentity("app", days: "2")
        let identity = try identity("app.crt", "app.key")
        let start = try notBefore("app.crt")
        func attempt(_ seconds: TimeInterval) throws {
            let time = start.addingTimeInterval(seconds)
            _ = try ClientAssertion(clientID: "c", audience: "a", issuedAt: time).signed(with: identity)
        }
        #expect(throws: SigningIdentityError.notYetValid(from: start)) { try attempt(-1) }
        #expect(throws: SigningIdentityError.expired(at: start.addingTimeInterval(172_800))) { try attempt(172_801) }
        try attempt(0)
        try attempt(172_800)
    }

    @Test("a key in each of OpenSSL's forms is read")
    func forms() throws {
        try openssl.makeIdentity("app")
        try openssl("rsa", "-in", "app.key", "-traditional", "-out", "pkcs1.key")
        let both = try identity("app.crt", "pkcs1.key")
        #expect(both == (try identity("app.crt", "app.key")))
        // One file for both, as some tools write it.
        try openssl.write(openssl.contents(of: "app.key") + openssl.contents(of: "app.crt"), to: "app.pem")
        #expect(both == (try identity("app.pem", "app.pem")))
    }

    @Test("what cannot be used is refused, and why")
    func refused() throws {
        try openssl.makeIdentity("app")
        try openssl.makeIdentity("other")
        try openssl("rsa", "-in", "app.key", "-aes128", "-passout", "pass:x", "-out", "pkcs8-encrypted.key")
        try openssl("rsa", "-in", "app.key", "-aes128", "-passout", "pass:x", "-traditional", "-out", "encrypted.key")
        try openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "ec.key")
        try openssl("req", "-x509", "-key", "ec.key", "-subj", "/CN=ec", "-out", "ec.crt")
        try openssl.write("hello".utf8, to: "text")
        try openssl.write([UInt8](), to: "empty")
        try openssl.write([UInt8](repeating: 0x0A, count: 65_537), to: "large")
        let table: [(certificate: String, key: String, error: SigningIdentityError)] = [
            ("text", "app.key", .noCertificate),
            ("empty", "app.key", .noCertificate),
            ("large", "app.key", .noCertificate),
            ("app.key", "app.key", .noCertificate),
            ("app.crt", "text", .noKey),
            ("app.crt", "empty", .noKey),
            ("app.crt", "app.crt", .noKey),
            ("app.crt", "encrypted.key", .encryptedKey),
            ("app.crt", "pkcs8-encrypted.key", .encryptedKey),
            ("ec.crt", "ec.key", .notRSA),
            ("app.crt", "other.key", .keyOfAnother),
        ]
        for (certificate, key, error) in table {
            #expect(throws: error, "\(certificate) with \(key)") { try identity(certificate, key) }
        }
    }

    @Test("nothing of the key is printed")
    func secret() throws {
        try openssl.makeIdentity("app")
        let identity = try identity("app.crt", "app.key")
        var dumped = "\(identity)"
        dump(identity, to: &dumped)
        let key = String(decoding: try openssl.contents(of: "app.key"), as: UTF8.self)
        for line in key.split(separator: "\n") { #expect(!dumped.contains(line)) }
    }

    private func notBefore(_ certificate: String) throws -> Date {
        let printed = try openssl("x509", "-in", certificate, "-noout", "-startdate", "-dateopt", "iso_8601")
        let text = try #require(printed.split(separator: "=").last).split(separator: "\n").joined()
        return time(text.replacingOccurrences(of: " ", with: "T"))
    }

    private func decoded(_ text: String) -> Data? {
        let base64 = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        return Data(base64Encoded: base64 + String(repeating: "=", count: (4 - base64.count % 4) % 4))
    }

    private func object(_ part: String) throws -> [String: Any] {
        let json = try #require(decoded(part))
        return try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    }
}
