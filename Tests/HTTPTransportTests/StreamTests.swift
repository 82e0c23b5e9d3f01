import Foundation
import HTTPTransport
import Testing

@Suite("A stream")
struct StreamTests {
    let server: MisbehavingServer
    let client = HTTPClient()
    /// Tells the connections of one test from those of another.
    let tag = UUID().uuidString

    init() throws {
        server = try MisbehavingServer.shared.get()
    }

    @Test("hands each piece over when it comes, and ends with the body")
    func pieces() async throws {
        let stream = try await client.stream(HTTPRequest(url: server.url("hold?tag=\(tag)")))
        #expect(stream.status == 200)
        #expect(stream.headers["Transfer-Encoding"] == "chunked")
        let reader = stream.makeAsyncIterator()
        #expect(try await reader.next()?.text == "one")
        // The server holds the second piece back until it is told.
        _ = try await client.send(HTTPRequest(url: server.url("release?tag=\(tag)")))
        #expect(try await reader.next()?.text == "two")
        #expect(try await reader.next() == nil)
        #expect(try await reader.next() == nil)
    }

    @Test("that nobody reads is held up, and flows again when somebody does")
    func backPressure() async throws {
        var request = HTTPRequest(url: server.url("pour?tag=\(tag)"))
        // Nothing comes while it is held up, and that is no stall.
        request.limits.stall = 1
        request.limits.whole = nil
        let stream = try await client.stream(request)
        let blocked = try await client.send(HTTPRequest(url: server.url("wait-blocked?tag=\(tag)")))
        // What the kernel's buffers on both sides hold, out of 64 MB.
        let sent = try #require(Int(blocked.body.text))
        #expect(sent < 32 << 20)
        var received = 0
        var largest = 0
        for try await chunk in stream {
            received += chunk.count
            largest = max(largest, chunk.count)
        }
        #expect(received == 64 << 20)
        #expect(largest <= (64 << 10) + 1024)
    }

    @Test("that is dropped closes its connection")
    func dropped() async throws {
        do {
            let stream = try await client.stream(HTTPRequest(url: server.url("stall?tag=\(tag)")))
            let reader = stream.makeAsyncIterator()
            #expect(try await reader.next()?.text == "0123456789")
        }
        let gone = try await client.send(HTTPRequest(url: server.url("wait-gone?tag=\(tag)")))
        #expect(gone.body.text == "True")
        #expect(await client.activeTransfers == 0)
    }

    @Test("ends with the task that reads it")
    func cancelled() async throws {
        let stream = try await client.stream(HTTPRequest(url: server.url("stall?tag=\(tag)")))
        let task = Task { await stream.failure() }
        task.cancel()
        #expect(await task.value == .cancelled)
        let gone = try await client.send(HTTPRequest(url: server.url("wait-gone?tag=\(tag)")))
        #expect(gone.body.text == "True")
    }

    @Test("tells that its body was cut, after what came of it")
    func cut() async throws {
        let stream = try await client.stream(HTTPRequest(url: server.url("cut")))
        let reader = stream.makeAsyncIterator()
        #expect(try await reader.next()?.text == "0123456789")
        await #expect(throws: HTTPError.connectionClosed) { _ = try await reader.next() }
    }

    @Test("stalls when nothing comes in the middle of it")
    func stalled() async throws {
        var request = HTTPRequest(url: server.url("stall"))
        request.limits.stall = 0.1
        let stream = try await client.stream(request)
        #expect(await stream.failure() == .stalled(seconds: 0.1))
    }

    @Test("stalls by a limit of its own when nothing follows its header")
    func headAlone() async throws {
        var request = HTTPRequest(url: server.url("head-alone"))
        request.limits.firstBodyByte = 0.1
        let stream = try await client.stream(request)
        #expect(stream.status == 200)
        #expect(await stream.failure() == .stalled(seconds: 0.1))
    }

    @Test("that does not begin fails like a request")
    func noBegin() async throws {
        var request = HTTPRequest(url: server.url("silence"))
        request.limits.firstByte = 0.1
        await #expect(throws: HTTPError.firstByteTimeout(seconds: 0.1)) { _ = try await client.stream(request) }
    }

    @Test("can be collected, up to a limit")
    func collected() async throws {
        let stream = try await client.stream(HTTPRequest(url: server.url("large?bytes=10000")))
        #expect(try await stream.collect(upTo: 10_000).count == 10_000)
        let tooLong = try await client.stream(HTTPRequest(url: server.url("large?bytes=10001")))
        await #expect(throws: HTTPError.bodyTooLarge(limit: 10_000)) { _ = try await tooLong.collect(upTo: 10_000) }
    }

    @Test("asks for no compression")
    func uncompressed() async throws {
        let stream = try await client.stream(HTTPRequest(url: server.url("echo")))
        let body = try await stream.collect(upTo: 10_000)
        let echo = try Echo(HTTPResponse(status: stream.status, body: body))
        #expect(echo.values(of: "Accept-Encoding").isEmpty)
    }

    @Test("is refused where as many are open as may be")
    func bounded() async throws {
        let client = HTTPClient(options: HTTPClientOptions(streamLimit: 1))
        let first = try await client.stream(HTTPRequest(url: server.url("stall")))
        await #expect(throws: HTTPError.tooManyUnderWay) {
            _ = try await client.stream(HTTPRequest(url: server.url("stall")))
        }
        #expect(first.status == 200)
        // Requests are counted apart.
        #expect(try await client.send(HTTPRequest(url: server.url("gzip"))).status == 200)
    }
}

extension HTTPStream {
    /// Reads to the end: the error it ends with, if it does.
    func failure() async -> HTTPError? {
        do throws(HTTPError) {
            for try await _ in self {}
            return nil
        } catch {
            return error
        }
    }
}
