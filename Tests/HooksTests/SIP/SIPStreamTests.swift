import Availability
import Foundation
import Hooks
import TestSupport
import Testing

@Suite("Publishing over TCP and TLS", .timeLimit(.minutes(1)))
struct SIPStreamTests {
    @Test("an answer in pieces, with blank lines before it, is one answer")
    func pieces() async throws {
        let bench = try await SIPBench(.tcp)
        let ada = try mailbox("ada")
        async let failure = bench.failure(of: event("1", of: ada))
        let request = await bench.server.next()
        #expect(request.header("Via")?.hasPrefix("SIP/2.0/TCP ") == true)
        request.send("\r\n\r\n")
        for byte in request.answer("200 OK", ["SIP-ETag: a", "Expires: 3600"]).unicodeScalars {
            request.send(String(byte))
        }
        #expect(await failure == nil)
        #expect(bench.store.tags == ["a"])
    }

    @Test("two answers in one piece are two, whatever their order")
    func together() async throws {
        let bench = try await SIPBench(.tcp)
        let (ada, bob, eve) = (try mailbox("ada"), try mailbox("bob"), try mailbox("eve"))
        async let first = bench.failure(of: event("0", of: eve, phoneExtension: "100"))
        let opener = await bench.server.next()
        opener.send(opener.answer("200 OK", ["SIP-ETag: o", "Expires: 3600"]))
        #expect(await first == nil)
        async let one = bench.failure(of: event("1", of: ada, phoneExtension: "101"))
        async let two = bench.failure(of: event("2", of: bob, phoneExtension: "102"))
        let (a, b) = (await bench.server.next(), await bench.server.next())
        b.send(
            b.answer("200 OK", ["SIP-ETag: \(b.uri.dropFirst(4).prefix(3))", "Expires: 3600"])
                + a.answer("200 OK", ["SIP-ETag: \(a.uri.dropFirst(4).prefix(3))", "Expires: 3600"])
        )
        #expect(await one == nil)
        #expect(await two == nil)
        #expect(bench.store.tags == ["101", "102", "o"])
    }

    @Test("a connection that ends in the middle of an answer: nobody knows, so it is sent again, over a new one")
    func midway() async throws {
        let bench = try await SIPBench(.tcp)
        let ada = try mailbox("ada")
        async let failure = bench.failure(of: event("1", of: ada))
        let request = await bench.server.next()
        request.send(String(request.answer("200 OK", ["SIP-ETag: a"]).prefix(60)))
        request.close()
        let seen = await failure
        #expect(seen?.diagnosis.id == "hook.closed")
        #expect(seen?.scope == .receiver)
        #expect(seen?.retry == .later)
        ScriptedPresence().serve(bench.server)
        #expect(await bench.failure(of: event("1", of: ada)) == nil)
    }

    @Test("garbage ends the connection, since nobody can tell where the next answer begins")
    func garbage() async throws {
        let bench = try await SIPBench(.tcp)
        let ada = try mailbox("ada")
        async let failure = bench.failure(of: event("1", of: ada))
        let request = await bench.server.next()
        request.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        #expect(await failure?.diagnosis.id == "hook.misunderstood")
        ScriptedPresence().serve(bench.server)
        #expect(await bench.failure(of: event("1", of: ada)) == nil)
    }

    @Test(
        "a connection that swallowed a request and said nothing since is given up; one that lives is kept",
        arguments: [true, false]
    )
    func swallows(isDead: Bool) async throws {
        let bench = try await SIPBench(.tcp)
        let ada = try mailbox("ada")
        async let first = bench.failure(of: event("1", of: ada))
        let before = await bench.server.next()
        before.send(before.answer("200 OK", ["SIP-ETag: a", "Expires: 3600"]))
        #expect(await first == nil)
        await bench.scheduler.advance(by: 1)
        async let second = bench.failure(of: event("2", of: ada, .meeting, .available))
        let swallowed = await bench.server.next()
        #expect(swallowed.origin == before.origin)
        await bench.untilAsked()
        if !isDead {
            async let other = bench.failure(of: event("3", of: try mailbox("bob"), phoneExtension: "102"))
            let answered = await bench.server.next()
            answered.send(answered.answer("200 OK", ["SIP-ETag: b", "Expires: 3600"]))
            #expect(try await other == nil)
        }
        await bench.scheduler.advance(by: 10)
        #expect(await second?.diagnosis.id == "hook.unreachable")
        async let third = bench.failure(of: event("2", of: ada, .meeting, .available))
        let again = await bench.server.next()
        #expect((again.origin == before.origin) == !isDead)
        again.send(again.answer("200 OK", ["SIP-ETag: c", "Expires: 3600"]))
        #expect(await third == nil)
    }

    @Test("a document that is too large for a datagram goes over TCP, and where nobody takes that, in a datagram")
    func large() async throws {
        let bench = try await SIPBench()
        let presence = ScriptedPresence()
        presence.serve(bench.server)
        let long = Announcement(internalText: String(repeating: "ü", count: 10_000), externalText: "")
        try await bench.hook.deliver(event("1", of: try mailbox("ada"), announcement: long))
        #expect(presence.requests.map { $0.header("Via")?.prefix(11) } == ["SIP/2.0/UDP"])
        // It is not tried for every one of them, and again some minutes later.
        await bench.scheduler.advance(by: 601)
        let stream = try await ScriptedSIPServer(.tcp, port: bench.server.port)
        presence.serve(stream)
        try await bench.hook.deliver(event("2", of: try mailbox("bob"), phoneExtension: "102", announcement: long))
        #expect(presence.requests.last?.header("Via")?.prefix(11) == "SIP/2.0/TCP")
        #expect(presence.requests.allSatisfy { $0.body.utf8.count < 65_000 })
    }

    @Test("when a connection is lost, the server is soon asked whether it still knows what it was told")
    func lost() async throws {
        let bench = try await SIPBench(.tcp)
        let presence = ScriptedPresence()
        presence.serve(bench.server)
        await bench.start()
        for number in 1...3 {
            let user = try mailbox("user\(number)")
            try await bench.hook.deliver(event("\(number)", of: user, phoneExtension: "\(number)"))
        }
        presence.forget()
        bench.server.drop()
        await bench.until { bench.refreshTime.map { $0 <= later(1) } == true }
        await bench.advance(by: 30) { presence.records.count == 3 }
        #expect(presence.records.count == 3)
        await bench.until { bench.forgotten == 1 }
    }

    @Test("TLS: the certificate must be for the name and from an authority that is trusted")
    func trust() async throws {
        let openssl = try OpenSSLCommand()
        try openssl.makeIdentity("server", names: "DNS:localhost")
        try openssl.makeIdentity("other", names: "DNS:pbx.example.com")
        func bench(_ identity: String, trusting trusted: String?, host: String = "localhost") async throws -> SIPBench {
            let (certificate, key) = (openssl.folder.file("\(identity).crt"), openssl.folder.file("\(identity).key"))
            let bench = try await SIPBench(.tls(certificate: certificate, key: key), host: host) {
                $0.caFile = trusted.map { openssl.folder.file("\($0).crt") }
            }
            ScriptedPresence().serve(bench.server)
            return bench
        }
        let ada = try mailbox("ada")
        #expect(await (try bench("server", trusting: "server")).failure(of: event("1", of: ada)) == nil)
        for (identity, trusted) in [("other", "other"), ("server", "other"), ("server", nil)] {
            let strict = try await bench(identity, trusting: trusted)
            let failure = await strict.failure(of: event("1", of: ada))
            #expect(failure?.diagnosis.id == "hook.untrusted")
            #expect(failure?.scope == .receiver)
            #expect(strict.server.count == 0)
        }
        let unreadable = try await bench("server", trusting: "nowhere")
        #expect(await unreadable.failure(of: event("1", of: ada))?.diagnosis.id == "hook.untrusted")
    }
}

extension OpenSSLCommand {
    /// A key and a certificate for these names that it signed itself, as an authority may.
    fileprivate func makeIdentity(_ name: String, names: String) throws {
        try self(
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-noenc",
            "-subj",
            "/CN=\(name)",
            "-days",
            "30",
            "-addext",
            "subjectAltName=\(names)",
            "-keyout",
            "\(name).key",
            "-out",
            "\(name).crt"
        )
    }
}
