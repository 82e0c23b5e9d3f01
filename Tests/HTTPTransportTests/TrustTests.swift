import Foundation
import HTTPTransport
import TestSupport
import Testing

@Suite("Trust in a server")
struct TrustTests {
    let server: MisbehavingServer
    let client = HTTPClient()

    init() throws {
        server = try MisbehavingServer.shared.get()
    }

    private func failure(
        _ certificate: String,
        _ trust: TrustOptions? = nil,
        by client: HTTPClient? = nil
    ) async -> TLSFailure? {
        let trust = trust ?? TrustOptions(caFile: server.caFile)
        let url = server.secureURL("echo", certificate: certificate)
        let error = await (client ?? self.client).failure(of: HTTPRequest(url: url, trust: trust))
        guard case .tls(let failure, host: "127.0.0.1") = error else { return nil }
        return failure
    }

    /// What the server's script wrote into its certificates.
    private func facts(
        _ subject: String,
        issuer: String = "authority",
        names: [String] = ["localhost", "127.0.0.1"],
        from start: String = "2020-01-02T00:00:00Z",
        until end: String = "2099-12-31T00:00:00Z"
    ) throws -> CertificateFacts {
        CertificateFacts(
            subject: "CN=\(subject)",
            issuer: "CN=\(issuer)",
            names: names,
            notBefore: try Date(start, strategy: .iso8601),
            notAfter: try Date(end, strategy: .iso8601),
            publicKey: try server.pin(of: subject)
        )
    }

    // MARK: What is wrong

    @Test("is refused to a certificate out of its time, which is told with its dates")
    func dates() async throws {
        let start = "2020-01-01T00:00:00Z"
        let end = "2020-01-02T00:00:00Z"
        let expired = FaultyCertificate(
            try facts("expired", from: start, until: end),
            serverKey: try server.pin(of: "expired")
        )
        #expect(await failure("expired") == .expired(expired))
        let early = FaultyCertificate(
            try facts("early", from: "2099-01-01T00:00:00Z"),
            serverKey: try server.pin(of: "early")
        )
        #expect(await failure("early") == .notYetValid(early))
    }

    @Test("is refused where an authority on the way has expired, and it is that authority that is told")
    func authorityDates() async throws {
        guard case .expired(let fault?) = await failure("under-old") else {
            Issue.record("not expired")
            return
        }
        #expect(fault.facts.subject == "CN=old-authority")
        #expect(fault.facts.notAfter == (try Date("2020-01-02T00:00:00Z", strategy: .iso8601)))
        #expect(fault.depth == 1)
        #expect(fault.serverKey == (try server.pin(of: "under-old")))
    }

    @Test("is refused to whom nobody known vouches for; whose word is missing is told, and the server's own key")
    func untrusted() async throws {
        let unknown = FaultyCertificate(
            try facts("unknown", issuer: "stranger"),
            serverKey: try server.pin(of: "unknown")
        )
        #expect(await failure("unknown") == .untrustedIssuer(unknown))
        #expect(!unknown.isSelfSigned)
        let cutOff = FaultyCertificate(
            try facts("cut-off", issuer: "intermediate"),
            serverKey: try server.pin(of: "cut-off")
        )
        #expect(await failure("cut-off") == .untrustedIssuer(cutOff))
        guard case .untrustedIssuer(let own?) = await failure("own") else {
            Issue.record("trusted")
            return
        }
        #expect(own.isSelfSigned)
        #expect(own.depth == 0)
        #expect(own.facts.subject == "CN=own")
    }

    @Test("is refused to a whole chain whose root is not known, and it is the root that is told")
    func unknownRoot() async throws {
        let folder = try TemporaryFolder()
        let other = try String(contentsOfFile: server.file("own.pem"), encoding: .utf8)
        let file = try folder.write(other, to: "authority.pem")
        guard case .untrustedIssuer(let root?) = await failure("whole", TrustOptions(caFile: file)) else {
            Issue.record("trusted")
            return
        }
        #expect(root.isSelfSigned)
        #expect(root.depth == 2)
        #expect(root.facts.subject == "CN=authority")
        #expect(root.serverKey == (try server.pin(of: "whole")))
    }

    @Test(
        "is refused under another name, also by a session that was begun before",
        arguments: ["other-name", "resuming"]
    )
    func names(_ certificate: String) async {
        let names = certificate == "resuming" ? [] : ["*.example.net", "192.0.2.1"]
        for _ in 0..<3 {
            let failure = await failure(certificate)
            #expect(failure == .nameMismatch(names: ["other.example.com"] + names))
        }
        #expect(await failure("nameless") == .nameMismatch(names: ["nameless"]))
    }

    @Test("is nothing that two who have no language in common come to")
    func handshake() async {
        #expect(await failure("mail") == .notTLS)
        #expect(await failure("old") == .oldProtocol)
        for certificate in ["rude", "anonymous"] {
            guard case .handshake(code: 35, _) = await failure(certificate) else {
                Issue.record("\(certificate): no handshake failed")
                return
            }
        }
    }

    // MARK: Pins

    @Test(
        "is given to a pinned key alone, whatever else its certificate says",
        arguments: ["good", "other-name", "expired", "early", "unknown", "own", "cut-off", "resuming"]
    )
    func pinned(_ certificate: String) async throws {
        let trust = TrustOptions(pinnedPublicKey: try server.pin(of: certificate))
        let url = server.secureURL("echo", certificate: certificate)
        #expect(try await client.send(HTTPRequest(url: url, trust: trust)).status == 200)
        let stream = try await client.stream(HTTPRequest(url: url, trust: trust))
        #expect(stream.status == 200)
    }

    @Test(
        "is refused to another key, which is told, for streams too and however often",
        arguments: ["good", "resuming"]
    )
    func otherKey(_ certificate: String) async throws {
        let trust = TrustOptions(pinnedPublicKey: try server.pin(of: "unknown"))
        let found = try server.pin(of: certificate)
        for _ in 0..<3 {
            #expect(await failure(certificate, trust) == .keyMismatch(found: found))
        }
        let request = HTTPRequest(url: server.secureURL("echo", certificate: certificate), trust: trust)
        await #expect(throws: HTTPError.tls(.keyMismatch(found: found), host: "127.0.0.1")) {
            _ = try await client.stream(request)
        }
    }

    @Test("is refused to a server that shows no key at all")
    func noKey() async throws {
        let failure = await failure("anonymous", TrustOptions(pinnedPublicKey: try server.pin(of: "good")))
        // 1040 is the other side's refusal: we have no cipher in common.
        #expect(failure == .handshake(code: 35, reason: 1040))
    }

    @Test("may have several keys to choose from")
    func severalPins() async throws {
        let pins = try [server.pin(of: "unknown"), server.pin(of: "good")].joined(separator: ";")
        let request = HTTPRequest(url: server.secureURL("echo"), trust: TrustOptions(pinnedPublicKey: pins))
        #expect(try await client.send(request).status == 200)
    }

    @Test("needs both where a pin and authorities are given")
    func pinAndAuthority() async throws {
        func trust(_ pin: String) throws -> TrustOptions {
            TrustOptions(caFile: server.caFile, pinnedPublicKey: try server.pin(of: pin))
        }
        let good = HTTPRequest(url: server.secureURL("echo"), trust: try trust("good"))
        #expect(try await client.send(good).status == 200)
        let key = try server.pin(of: "good")
        #expect(await failure("good", try trust("unknown")) == .keyMismatch(found: key))
        for certificate in ["other-name", "expired", "unknown", "own"] {
            switch await failure(certificate, try trust(certificate)) {
            case .nameMismatch, .expired, .untrustedIssuer: break
            case let other: Issue.record("\(certificate): \(String(describing: other))")
            }
        }
    }

    @Test(
        "in a pinned key does not pass on to requests without the pin, nor with another",
        arguments: ["good", "unknown"]
    )
    func pinStaysWithItsRequest(_ certificate: String) async throws {
        let url = server.secureURL("echo", certificate: certificate)
        let pinned = TrustOptions(pinnedPublicKey: try server.pin(of: certificate))
        // The connection is kept.
        _ = try await client.send(HTTPRequest(url: url, trust: pinned))
        guard case .untrustedIssuer = await failure(certificate, TrustOptions()) else {
            Issue.record("believed without a pin")
            return
        }
        let found = try server.pin(of: certificate)
        let other = TrustOptions(pinnedPublicKey: try server.pin(of: "own"))
        #expect(await failure(certificate, other) == .keyMismatch(found: found))
    }

    @Test(
        "can not be put into what is not a pin; libcurl would read a file of that name",
        arguments: ["", "/etc/passwd", "sha256//", "sha256//AAAA", "sha256//\(String(repeating: "A", count: 43))=;x"]
    )
    func malformedPin(_ pin: String) async {
        let request = HTTPRequest(url: server.secureURL("echo"), trust: TrustOptions(pinnedPublicKey: pin))
        #expect(await client.failure(of: request) == .invalidRequest(.pinnedPublicKey))
    }

    // MARK: Who answers

    @Test("comes with a report of who answers, over a new connection and over one that was kept")
    func peer() async throws {
        var request = HTTPRequest(url: server.secureURL("echo"), trust: TrustOptions(caFile: server.caFile))
        request.describesPeer = true
        let expected = PeerReport(address: "127.0.0.1", tlsVersion: "TLSv1.3", certificates: [try facts("good")])
        for number in 1...2 {
            let response = try await client.send(request)
            #expect(response.peer == expected)
            #expect(try Echo(response).request == number)
        }
        request.describesPeer = false
        #expect(try await client.send(request).peer == nil)
    }

    @Test("is reported with all certificates that were sent, and without any where there is no TLS")
    func peerChain() async throws {
        var request = HTTPRequest(
            url: server.secureURL("echo", certificate: "whole"),
            trust: TrustOptions(caFile: server.caFile)
        )
        request.describesPeer = true
        let chain = try await client.send(request).peer?.certificates.map(\.subject)
        #expect(chain == ["CN=whole", "CN=intermediate", "CN=authority"])
        var plain = HTTPRequest(url: server.url("echo"))
        plain.describesPeer = true
        #expect(try await client.send(plain).peer == PeerReport(address: "127.0.0.1"))
    }

    @Test("is reported in texts of one printable line, however long and strange the certificate")
    func strangeNames() async throws {
        let trust = TrustOptions(pinnedPublicKey: try server.pin(of: "strange"))
        var request = HTTPRequest(url: server.secureURL("echo", certificate: "strange"), trust: trust)
        request.describesPeer = true
        let facts = try #require(await client.send(request).peer?.certificates.first)
        #expect(facts.subject.hasPrefix("O=Bücher?"))
        #expect(facts.subject.count == 201)
        #expect(
            facts.subject.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control && $0 != "\u{202E}" }
        )
        #expect(facts.names == (0..<20).map { "host\($0).example.com" })
    }
}
