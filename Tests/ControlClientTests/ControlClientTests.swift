import ControlAPI
import ControlClient
import Foundation
import HTTPTransport
import TestSupport
import Testing

@Suite("The control client")
struct ControlClientTests {
    private struct Greeting: Codable, Hashable, Sendable {
        var text: String
    }

    private let path = ControlPath("v1", "greeting")

    private func answer(_ body: String, status: String = "200 OK", type: String = "application/json") -> String {
        "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private func failure(at socketPath: String) async -> ControlError? {
        do throws(ControlError) {
            _ = try await ControlClient(socketPath: socketPath).get(path, as: Greeting.self)
            return nil
        } catch {
            return error
        }
    }

    @Test("decodes what the daemon answers")
    func decodes() async throws {
        let server = try CannedServer(answer: answer(#"{"text":"hello"}"#))
        let client = ControlClient(socketPath: server.path)
        #expect(try await client.get(path) == Greeting(text: "hello"))
    }

    @Test("is content with nothing where nothing is to be said")
    func noReply() async throws {
        let server = try CannedServer(answer: "HTTP/1.1 204 No Content\r\n\r\n")
        let client = ControlClient(socketPath: server.path)
        #expect(try await client.delete(path) == NoReply())
    }

    @Test("hands on the problem that the daemon tells of")
    func problem() async throws {
        let text = """
            {"type":"urn:freebusyd:problem:user-not-found","title":"No such user","status":404,\
            "detail":"There is no user anna@example.com.","remedy":"See freebusyctl users."}
            """
        let server = try CannedServer(answer: answer(text, status: "404 Not Found", type: ProblemDocument.mediaType))
        let error = await failure(at: server.path)
        #expect(error?.message == "There is no user anna@example.com.")
        #expect(error?.remedy == "See freebusyctl users.")
        #expect(error?.isUnreachable == false)
    }

    @Test("sends what is to be switched on, and hands on the refusal with what to do")
    func refusedSwitch() async throws {
        let text = """
            {"type":"urn:freebusyd:problem:forbidden","title":"Forbidden","status":403,\
            "detail":"The user guest may look, not change.","remedy":"Run this as root."}
            """
        let server = try CannedServer(answer: answer(text, status: "403 Forbidden", type: ProblemDocument.mediaType))
        let client = ControlClient(socketPath: server.path)
        let error = await #expect(throws: ControlError.self) {
            _ = try await client.put(ControlPath("v1", "enabled"), EnabledRequest(enabled: false), as: Greeting.self)
        }
        #expect(error?.message == "The user guest may look, not change.")
        #expect(error?.remedy == "Run this as root.")
        #expect(error?.isUnreachable == false)
    }

    @Test("waits no longer than it was told")
    func patience() async throws {
        let server = try CannedServer(answer: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", isHungUp: false)
        let client = ControlClient(socketPath: server.path, patience: 0.05)
        let error = await #expect(throws: ControlError.self) { _ = try await client.get(path, as: Greeting.self) }
        #expect(error == .noAnswer)
    }

    @Test("hands on a problem that comes instead of a stream")
    func problemOfStream() async throws {
        let text = #"{"type":"about:blank","title":"No","status":403,"detail":"Not for you."}"#
        let server = try CannedServer(answer: answer(text, status: "403 Forbidden"))
        await #expect(throws: ControlError.self) {
            do {
                _ = try await ControlClient(socketPath: server.path).events(path)
            } catch let error as ControlError {
                #expect(error.message == "Not for you.")
                throw error
            }
        }
    }

    @Test("sees that something else answers")
    func somethingElse() async throws {
        let page = try CannedServer(answer: answer("<html>", status: "502 Bad Gateway"))
        #expect(await failure(at: page.path) == .unexpectedAnswer(status: 502))
        let other = try CannedServer(answer: answer(#"{"words":"hello"}"#))
        #expect(await failure(at: other.path) == .unexpectedAnswer(status: 200))
        let cut = try CannedServer(answer: "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
        #expect(await failure(at: cut.path) == .connectionLost)
    }

    @Test("tells a missing socket from one that nobody listens on, and from what is no socket")
    func unreachable() async throws {
        let folder = try TemporaryFolder()
        #expect(await failure(at: folder.file("missing")) == .socketMissing(path: folder.file("missing")))
        let file = try folder.write("", to: "file")
        #expect(await failure(at: file) == .notASocket(path: file))
        let stale = try AbandonedSocket()
        #expect(await failure(at: stale.path) == .refused(path: stale.path))
    }

    @Test(
        "says what to do about each way of not reaching the daemon",
        arguments: [
            (ENOENT, ControlError.socketMissing(path: "/s"), "systemctl status freebusyd"),
            (ENOTDIR, .socketMissing(path: "/s"), "--socket"),
            (ECONNREFUSED, .refused(path: "/s"), "systemctl status freebusyd"),
            (EACCES, .noPermission(path: "/s"), "group freebusyd"),
        ]
    )
    func remedies(_ errno: Int32, expected: ControlError, remedy: String) {
        let error = ControlError(.unreachable(host: "localhost", errno: errno), path: "/s")
        #expect(error == expected)
        #expect(error.isUnreachable)
        #expect(error.remedy?.contains(remedy) == true)
    }

    @Test("reads one JSON value a line")
    func lines() async throws {
        let body = "{\"text\":\"one\"}\n\n{\"text\":\"two\"}\n{\"text\":\"three\"}"
        let server = try CannedServer(answer: answer(body, type: "application/x-ndjson"))
        let client = ControlClient(socketPath: server.path)
        var texts: [String] = []
        for try await greeting in try await client.getLines(path, of: Greeting.self) { texts.append(greeting.text) }
        #expect(texts == ["one", "two", "three"])
    }

    @Test("reads events until the daemon ends")
    func events() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
        let server = try CannedServer(answer: head + ": hello\n\nevent: change\ndata: 1\n\ndata: 2\n\n")
        var events: [ServerSentEvent] = []
        for try await event in try await ControlClient(socketPath: server.path).events(path) { events.append(event) }
        #expect(events == [ServerSentEvent(name: "change", data: "1"), ServerSentEvent(data: "2")])
    }
}

@Suite("A path of the control API")
struct ControlPathTests {
    @Test("escapes what would mean something else")
    func escapes() {
        #expect(ControlPath("v1", "users", "anna@example.com").text == "/v1/users/anna@example.com")
        #expect(ControlPath("v1", "users", "a/b?c#d%e f@x.de").text == "/v1/users/a%2Fb%3Fc%23d%25e%20f@x.de")
        #expect(ControlPath("v1", "users", "jürgen\n@x.de").text == "/v1/users/j%C3%BCrgen%0A@x.de")
        #expect(
            ControlPath("v1", "users", "1", query: ["at": "2026-11-23T08:00:00+01:00", "b": "&="]).text
                == "/v1/users/1?at=2026-11-23T08:00:00%2B01:00&b=%26%3D"
        )
    }
}
