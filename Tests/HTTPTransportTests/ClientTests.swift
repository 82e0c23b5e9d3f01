import Foundation
import HTTPTransport
import Testing

@Suite("A client")
struct ClientTests {
    let server: MisbehavingServer
    /// Tells the connections of one test from those of another.
    let tag = UUID().uuidString

    init() throws {
        server = try MisbehavingServer.shared.get()
    }

    @Test("closes the connection of a request whose task is cancelled", arguments: ["silence", "stall"])
    func cancellation(_ path: String) async throws {
        let client = HTTPClient()
        let other = HTTPClient()
        let query = "tag=\(tag)-\(path)"
        let task = Task { await client.failure(of: HTTPRequest(url: server.url("\(path)?\(query)"))) }
        #expect(try await other.send(HTTPRequest(url: server.url("wait-seen?\(query)"))).body.text == "True")
        task.cancel()
        #expect(await task.value == .cancelled)
        #expect(await client.activeTransfers == 0)
        #expect(try await other.send(HTTPRequest(url: server.url("wait-gone?\(query)"))).body.text == "True")
    }

    @Test("does not even start for a task that is cancelled already")
    func cancelledBefore() async {
        let client = HTTPClient()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await client.failure(of: HTTPRequest(url: server.url("silence")))
        }
        #expect(await task.value == .cancelled)
    }

    @Test("makes requests wait beyond its limit, and refuses those beyond the limit of waiting")
    func bounds() async throws {
        let client = HTTPClient(options: HTTPClientOptions(requestLimit: 1, waitingLimit: 1))
        let first = Task { await client.failure(of: HTTPRequest(url: server.url("silence"))) }
        while await client.activeTransfers == 0 { await Task.yield() }
        // Of two more, one waits and one is refused, whichever comes first.
        await withTaskGroup(of: HTTPError?.self) { group in
            for _ in 0..<2 {
                group.addTask { await client.failure(of: HTTPRequest(url: server.url("gzip"))) }
            }
            #expect(await group.next() == .tooManyUnderWay)
            #expect(await client.activeTransfers == 1)
            first.cancel()
            // The first one gone, the one that waited has its turn.
            let answered = await group.next()
            #expect(answered == .some(nil))
        }
    }

    @Test("is not held up by requests that wait and then can not be sent")
    func cannotStart() async throws {
        let client = HTTPClient(options: HTTPClientOptions(requestLimit: 1))
        let first = Task { await client.failure(of: HTTPRequest(url: server.url("silence"))) }
        while await client.activeTransfers == 0 { await Task.yield() }
        let broken = HTTPRequest(url: server.url("echo"), headers: ["no name": ""])
        let rest = (0..<500).map { _ in Task { await client.failure(of: broken) } }
        first.cancel()
        for task in rest { #expect(await task.value == .invalidRequest(.header)) }
        #expect(try await client.send(HTTPRequest(url: server.url("gzip"))).status == 200)
    }

    @Test("that is shut down ends what is under way and what waits, and refuses what comes later")
    func shutDown() async throws {
        let client = HTTPClient(options: HTTPClientOptions(requestLimit: 2))
        let stream = try await client.stream(HTTPRequest(url: server.url("stall")))
        let tasks = (0..<5).map { _ in Task { await client.failure(of: HTTPRequest(url: server.url("silence"))) } }
        while await client.activeTransfers < 3 { await Task.yield() }
        await client.shutDown()
        for task in tasks { #expect(await task.value == .shutDown) }
        #expect(await stream.failure() == .shutDown)
        #expect(await client.failure(of: HTTPRequest(url: server.url("gzip"))) == .shutDown)
        #expect(await client.activeTransfers == 0)
    }

    @Test("that nobody holds lives until its transfers have ended, and not longer")
    func lifetime() async throws {
        weak var forgotten: HTTPClient?
        let task: Task<Int, any Error>
        do {
            let client = HTTPClient()
            forgotten = client
            let url = server.url("trickle")
            task = Task { [client] in try await client.send(HTTPRequest(url: url)).body.count }
        }
        #expect(try await task.value == 20)
        while forgotten != nil { await Task.yield() }
    }

    @Test("gives no connection to programs that are started")
    func closedOnExec() async throws {
        let client = HTTPClient()
        let stream = try await client.stream(HTTPRequest(url: server.url("stall")))
        #expect(stream.status == 200)
        let connections = (0..<1024).filter { remotePort(of: $0) == server.port }
        #expect(!connections.isEmpty)
        for connection in connections { #expect(fcntl(connection, F_GETFD) & FD_CLOEXEC != 0) }
    }

    @Test("bears thousands of transfers of which many are cancelled, and has none left at the end")
    func stress() async throws {
        let client = HTTPClient(options: HTTPClientOptions(requestLimit: 32, requestLimitPerHost: 24))
        var random = SplitMix(seed: 7)
        var outcomes: [Outcome: Int] = [:]
        for _ in 0..<40 {
            let plans = (0..<75).map { _ in Plan(&random) }
            await withTaskGroup(of: Outcome.self) { group in
                for plan in plans {
                    group.addTask { await plan.carryOut(by: client, on: server) }
                }
                for await outcome in group { outcomes[outcome, default: 0] += 1 }
            }
        }
        #expect(outcomes[.other] == nil)
        #expect(outcomes.values.reduce(0, +) == 3000)
        #expect(outcomes[.answered, default: 0] > 500)
        #expect(outcomes[.cancelled, default: 0] > 500)
        #expect(await client.activeTransfers == 0)
    }
}

/// The port a descriptor is connected to over IPv4, if it is.
private func remotePort(of descriptor: Int32) -> Int? {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &length) }
    }
    return code == 0 && address.sin_family == AF_INET ? Int(UInt16(bigEndian: address.sin_port)) : nil
}

/// How one transfer of the stress run went.
private enum Outcome {
    case answered, cancelled, other
}

/// One transfer of the stress run.
private struct Plan {
    private var path: String
    /// How often others get their turn before the transfer is cancelled; `nil` to let it end.
    private var patience: Int?

    init(_ random: inout SplitMix) {
        switch random.next() % 4 {
        case 0: (path, patience) = ("gzip", nil)
        case 1: (path, patience) = ("echo", nil)
        case 2: (path, patience) = ("echo", Int(random.next() % 200))
        default: (path, patience) = (random.next() % 2 == 0 ? "stall" : "silence", Int(random.next() % 200))
        }
    }

    func carryOut(by client: HTTPClient, on server: MisbehavingServer) async -> Outcome {
        let task = Task { await client.failure(of: HTTPRequest(url: server.url(path))) }
        if let patience {
            for _ in 0..<patience { await Task.yield() }
            task.cancel()
        }
        return switch await task.value {
        case nil: .answered
        case .cancelled where patience != nil: .cancelled
        default: .other
        }
    }
}

/// Random numbers that are the same in every run: SplitMix64.
private struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
