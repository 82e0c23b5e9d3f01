import Foundation
import Hooks
import NIOCore
import NIOPosix
import NameService
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct StreamConnectionTests {
    static let loopback = [HostAddress("127.0.0.1", .v4)]

    static func connect(
        _ port: UInt16,
        _ addresses: [HostAddress] = loopback,
        as name: String = "localhost",
        security: StreamSecurity = .none,
        timeLimit: Double = 30
    ) async throws(ConnectionFailure) -> StreamConnection {
        try await StreamConnection.connect(
            to: addresses,
            port: port,
            serverName: name,
            security: security,
            timeLimit: timeLimit
        )
    }

    @Test func `bytes go both ways in order, and then the end is told, again and again`() async throws {
        let server = try await LoopbackServer(received: { peer, text in
            peer.writeAndClose("you said \(text)")
        })
        let connection = try await StreamConnection.connect(
            to: "127.0.0.1",
            port: server.port,
            names: NameService(),
            security: .none,
            timeLimit: 30
        )
        connection.write(Array("hello".utf8))
        var came: [UInt8] = []
        while came.count < 14 { came += try await connection.read() }
        #expect(String(decoding: came, as: UTF8.self) == "you said hello")
        for _ in 1...2 {
            await #expect(throws: ConnectionFailure.closed) { try await connection.read() }
        }
        connection.write([1])
    }

    @Test func `who does not read holds the other side back, and loses nothing`() async throws {
        let count = 4_000_000
        let server = try await LoopbackServer { peer in
            peer.writeAndClose(String(repeating: "0123456789", count: count / 10))
        }
        let connection = try await Self.connect(server.port)
        var came = 0
        var most = 0
        while came < count {
            let bytes = try await connection.read()
            most = max(most, bytes.count)
            for (index, byte) in bytes.enumerated() where byte != UInt8(0x30 + (came + index) % 10) {
                Issue.record("out of order at \(came + index)")
                return
            }
            came += bytes.count
        }
        #expect(came == count)
        // 64 KiB, what one more reading of the socket gives, and at the end what the kernel has.
        #expect(most < 65_536 + 16_384 + 2 * 65_536)
        await #expect(throws: ConnectionFailure.closed) { try await connection.read() }
    }

    @Test func `the first address that takes the connection is used`() async throws {
        let server = try await LoopbackServer { $0.write("here") }
        let addresses = [HostAddress("127.0.0.2", .v4), HostAddress("127.0.0.1", .v4)]
        let connection = try await Self.connect(server.port, addresses)
        #expect(String(decoding: try await connection.read(), as: UTF8.self) == "here")
        #expect(connection.address == "127.0.0.1:\(server.port)")
    }

    @Test func `where nobody listens, that is told with the address`() async throws {
        let port = try await Self.unusedPort()
        await #expect(throws: ConnectionFailure.notReached(address: "127.0.0.1:\(port)", errno: ECONNREFUSED)) {
            try await Self.connect(port)
        }
    }

    @Test func `a name that has no address is told with the name`() async throws {
        await #expect {
            try await StreamConnection.connect(
                to: "no-such-host.invalid",
                port: 1,
                names: NameService(),
                security: .none,
                timeLimit: 30
            )
        } throws: { error in
            if case ConnectionFailure.name(_, host: "no-such-host.invalid") = error { true } else { false }
        }
    }

    @Test func `who keeps silent instead of speaking TLS runs into the time limit`() async throws {
        let server = try await LoopbackServer()
        let trust = try TLSTrust(caFile: nil)
        await #expect(throws: ConnectionFailure.timeLimit(seconds: 0.2)) {
            try await Self.connect(server.port, security: .tls(trust), timeLimit: 0.2)
        }
    }

    @Test func `closing is told as such, also to who reads at that moment`() async throws {
        let server = try await LoopbackServer()
        let connection = try await Self.connect(server.port)
        let reading = Task { try await connection.read() }
        connection.close()
        await #expect(throws: ConnectionFailure.finished) { try await reading.value }
    }

    @Test func `who takes nothing is not sent without end`() async throws {
        let server = try await LoopbackServer { peer in
            _ = peer.channel.setOption(.autoRead, value: false)
        }
        let connection = try await Self.connect(server.port)
        let block = [UInt8](repeating: 0x61, count: 65_536)
        for _ in 1...400 { connection.write(block) }
        await #expect(throws: ConnectionFailure.stalled) { try await connection.read() }
    }

    private static func unusedPort() async throws -> UInt16 {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let port = UInt16(channel.localAddress?.port ?? 0)
        try await channel.close()
        return port
    }
}

@Suite(.timeLimit(.minutes(2))) struct StreamTrustTests {
    let openssl: OpenSSLCommand

    init() throws {
        openssl = try OpenSSLCommand()
        try openssl.makeAuthority("authority")
    }

    private func failure(names: String, as name: String, trusting authority: String = "authority", days: String = "30")
        async throws -> ConnectionFailure?
    {
        try openssl.makeServer("server", names: names, signedBy: "authority", days: days)
        let server = try await LoopbackServer(identity: (openssl.folder, "server")) { peer in peer.write("trusted") }
        let trust = try TLSTrust(caFile: openssl.folder.file("\(authority).crt"))
        do throws(ConnectionFailure) {
            let connection = try await StreamConnectionTests.connect(server.port, as: name, security: .tls(trust))
            let said = String(decoding: try await connection.read(), as: UTF8.self)
            #expect(said == "trusted")
            return nil
        } catch {
            return error
        }
    }

    @Test func `a certificate of the authority for the name is trusted`() async throws {
        #expect(try await failure(names: "DNS:pbx.example.com,DNS:localhost", as: "localhost") == nil)
    }

    @Test func `an address must be in the certificate as an address`() async throws {
        #expect(try await failure(names: "IP:127.0.0.1", as: "127.0.0.1") == nil)
        #expect(try await failure(names: "DNS:127.0.0.1", as: "127.0.0.1") == .untrusted(.otherName))
    }

    @Test func `another name is not trusted`() async throws {
        #expect(try await failure(names: "DNS:pbx.example.com", as: "localhost") == .untrusted(.otherName))
    }

    @Test func `another authority is not trusted`() async throws {
        try openssl.makeAuthority("other")
        #expect(
            try await failure(names: "DNS:localhost", as: "localhost", trusting: "other") == .untrusted(.issuer)
        )
    }

    @Test func `a certificate that has expired is told as such`() async throws {
        #expect(
            try await failure(names: "DNS:localhost", as: "localhost", days: "-1") == .untrusted(.expired)
        )
    }

    @Test func `without an authority of its own only the system's are trusted`() async throws {
        try openssl.makeServer("server", names: "DNS:localhost", signedBy: "authority")
        let server = try await LoopbackServer(identity: (openssl.folder, "server"))
        let trust = try TLSTrust(caFile: nil)
        await #expect(throws: ConnectionFailure.untrusted(.issuer)) {
            try await StreamConnectionTests.connect(server.port, security: .tls(trust))
        }
    }

    @Test func `who speaks something else is told apart from who is not trusted`() async throws {
        let server = try await LoopbackServer { $0.write("Asterisk Call Manager/5.0.2\r\n") }
        let trust = try TLSTrust(caFile: nil)
        await #expect {
            try await StreamConnectionTests.connect(server.port, security: .tls(trust))
        } throws: { error in
            if case ConnectionFailure.tls = error { true } else { false }
        }
    }

    @Test func `a file without certificates is told with its path`() throws {
        try openssl.write("nothing".utf8, to: "empty.crt")
        let path = openssl.folder.file("empty.crt")
        #expect(throws: ConnectionFailure.trustUnusable(path: path)) { try TLSTrust(caFile: path) }
        #expect(throws: ConnectionFailure.trustUnusable(path: "/nowhere")) { try TLSTrust(caFile: "/nowhere") }
    }
}
