import Availability
import Foundation
import Hooks
import TestSupport
import Testing

@Suite("Publishing presence", .timeLimit(.minutes(1)))
struct SIPPublishingTests {
    @Test("a first event is published whole, and counts when its tag is stored")
    func first() async throws {
        let bench = try await SIPBench()
        let presence = ScriptedPresence()
        presence.serve(bench.server)
        let words = Announcement("in a <talk>\r\nA: b")
        try await bench.hook.deliver(event("1", of: try mailbox("ada"), announcement: words))
        let request = try #require(presence.requests.first)
        #expect(request.firstLine == "PUBLISH sip:101@pbx.example.com SIP/2.0")
        #expect(request.header("Event") == "presence")
        #expect(request.header("Expires") == "3600")
        #expect(request.header("SIP-If-Match") == nil)
        #expect(request.header("Content-Type") == "application/pidf+xml")
        #expect(request.header("To") == "<sip:101@pbx.example.com>")
        #expect(request.header("Via")?.hasPrefix("SIP/2.0/UDP 127.0.0.1:") == true)
        #expect(request.header("Via")?.contains("rport") == true)
        #expect(request.body.contains("rpid:meeting"))
        #expect(request.body.contains("in a &lt;talk&gt;"))
        #expect(request.header("A") == nil)
        #expect(bench.store.tags == ["tag1"])
        #expect(bench.store.kept.first?.expiresAt == later(3_600))
        #expect(bench.store.kept.first?.document == request.body)
    }

    @Test("each request names the tag that the last answer gave")
    func chain() async throws {
        let bench = try await SIPBench()
        let presence = ScriptedPresence()
        presence.serve(bench.server)
        let ada = try mailbox("ada")
        try await bench.hook.deliver(event("1", of: ada, .available, .meeting))
        try await bench.hook.deliver(event("2", of: ada, .meeting, .available))
        try await bench.hook.deliver(event("3", of: ada, .available, .away))
        #expect(presence.requests.map { $0.header("SIP-If-Match") } == [nil, "tag1", "tag2"])
        #expect(presence.records.keys.sorted() == ["tag3"])
        #expect(bench.store.tags == ["tag3"])
        #expect(presence.shown["sip:101@pbx.example.com"]?.contains("rpid:away") == true)
    }

    @Test("what is shown already is not sent again, the server is only asked whether it still has it")
    func unchanged() async throws {
        let bench = try await SIPBench()
        let presence = ScriptedPresence()
        presence.serve(bench.server)
        let ada = try mailbox("ada")
        try await bench.hook.deliver(event("1", of: ada))
        try await bench.hook.deliver(event("2", of: ada))
        #expect(presence.requests.count == 2)
        #expect(presence.requests[1].body.isEmpty)
        #expect(presence.requests[1].header("SIP-If-Match") == "tag1")
    }

    @Test("the same after a start, by what is stored")
    func unchangedAfterStart() async throws {
        let ada = try mailbox("ada")
        let first = try await SIPBench()
        let presence = ScriptedPresence()
        presence.serve(first.server)
        try await first.hook.deliver(event("1", of: ada))
        let second = try await SIPBench(publications: first.store.kept)
        presence.serve(second.server)
        try await second.hook.deliver(event("1", of: ada))
        try await second.hook.deliver(event("2", of: ada, .meeting, .available))
        #expect(presence.requests.map(\.body.isEmpty) == [false, true, false])
        #expect(presence.requests.map { $0.header("SIP-If-Match") } == [nil, "tag1", "tag2"])
    }

    @Test("412: what the server does not know any more is published anew at once, whole and without a tag")
    func conditionFailed() async throws {
        let bench = try await SIPBench()
        let presence = ScriptedPresence()
        presence.serve(bench.server)
        let ada = try mailbox("ada")
        try await bench.hook.deliver(event("1", of: ada))
        presence.forget()
        // Unchanged: only asked for, and yet it is there again afterwards.
        try await bench.hook.deliver(event("2", of: ada))
        #expect(presence.requests.map { $0.header("SIP-If-Match") } == [nil, "tag1", nil])
        #expect(presence.shown["sip:101@pbx.example.com"]?.contains("rpid:meeting") == true)
        #expect(bench.store.tags == presence.records.keys.sorted())
    }

    @Test("423: the server's shortest time is asked for at once, and from then on for everybody")
    func tooBrief() async throws {
        let bench = try await SIPBench { $0.expires = 60 }
        let presence = ScriptedPresence()
        bench.server.answerAll { request in
            guard request.header("Expires") == "60" else { return request.send(presence.answer(request)) }
            request.send(request.answer("423 Interval Too Brief", ["Min-Expires: 1800"]))
        }
        try await bench.hook.deliver(event("1", of: try mailbox("ada")))
        try await bench.hook.deliver(event("2", of: try mailbox("bob"), phoneExtension: "102"))
        #expect(presence.requests.map { $0.header("Expires") } == ["1800", "1800"])
        #expect(bench.server.count == 3)
        #expect(bench.store.kept.allSatisfy { $0.expiresAt == later(1_800) })
    }

    @Test("a shorter time than was asked for is the one that counts")
    func shorter() async throws {
        let bench = try await SIPBench()
        let presence = ScriptedPresence()
        bench.server.answerAll { $0.send(presence.answer($0, expires: "600")) }
        try await bench.hook.deliver(event("1", of: try mailbox("ada")))
        #expect(bench.store.kept.map(\.expiresAt) == [later(600)])
    }

    @Test("whose presence is not known any more, that is taken back, and nothing is left")
    func unknown() async throws {
        let bench = try await SIPBench()
        let presence = ScriptedPresence()
        presence.serve(bench.server)
        let ada = try mailbox("ada")
        try await bench.hook.deliver(event("1", of: ada))
        try await bench.hook.deliver(event("2", of: ada, .meeting, .unknown))
        let last = try #require(presence.requests.last)
        #expect((last.header("Expires"), last.header("SIP-If-Match"), last.body) == ("0", "tag1", ""))
        #expect(presence.records.isEmpty)
        #expect(bench.store.kept.isEmpty)
        // And there is nothing to take back a second time.
        try await bench.hook.deliver(event("2", of: ada, .meeting, .unknown))
        #expect(presence.requests.count == 2)
    }

    @Test("what the server has lost already counts as taken back")
    func unknownAndGone() async throws {
        let bench = try await SIPBench()
        let presence = ScriptedPresence()
        presence.serve(bench.server)
        let ada = try mailbox("ada")
        try await bench.hook.deliver(event("1", of: ada))
        presence.forget()
        try await bench.hook.deliver(event("2", of: ada, .meeting, .unknown))
        #expect(bench.store.kept.isEmpty)
        #expect(presence.records.isEmpty)
    }

    @Test("with another extension the presence moves: the old one shows nothing any more")
    func moved() async throws {
        let bench = try await SIPBench()
        let presence = ScriptedPresence()
        presence.serve(bench.server)
        let ada = try mailbox("ada")
        try await bench.hook.deliver(event("1", of: ada))
        try await bench.hook.deliver(event("2", of: ada, phoneExtension: "202"))
        #expect(presence.shown.keys.sorted() == ["sip:202@pbx.example.com"])
        #expect(bench.store.kept.map(\.key.presentity) == ["sip:202@pbx.example.com"])
        try await bench.hook.deliver(event("3", of: ada, phoneExtension: nil))
        #expect(presence.shown.isEmpty)
    }

    @Test("an extension from anywhere stays within the URI")
    func strange() async throws {
        let bench = try await SIPBench()
        let presence = ScriptedPresence()
        presence.serve(bench.server)
        try await bench.hook.deliver(event("1", of: try mailbox("ada"), phoneExtension: "1 SIP/2.0\r\nX: y@evil>ü"))
        let request = try #require(presence.requests.first)
        #expect(request.firstLine == "PUBLISH sip:1%20SIP/2.0%0D%0AX%3A%20y%40evil%3E%C3%BC@pbx.example.com SIP/2.0")
        #expect(request.header("X") == nil)
    }

    @Test("a tag that could not be stored is used all the same, and the event is delivered again")
    func storeFails() async throws {
        let bench = try await SIPBench()
        let presence = ScriptedPresence()
        presence.serve(bench.server)
        let ada = try mailbox("ada")
        bench.store.fail(1)
        let failure = await bench.failure(of: event("1", of: ada))
        #expect(failure?.diagnosis.id == "store.full")
        #expect(failure?.scope == .event)
        try await bench.hook.deliver(event("1", of: ada))
        #expect(presence.requests.map { $0.header("SIP-If-Match") } == [nil, "tag1"])
        #expect(bench.store.tags == ["tag2"])
    }

    @Test(
        "what the server answers says whom it concerns and when to try again",
        arguments: [
            ("503 Overloaded", ["Retry-After: 17"], "hook.busy", RetryAdvice.after(17), HookFailure.Scope.receiver),
            ("500 Oops", [], "hook.rejected", .later, .event),
            ("404 Nobody", [], "hook.rejected", .never, .event),
            ("403 Not you", [], "hook.login-refused", .after(300), .receiver),
            ("489 Bad Event", [], "hook.rejected", .after(300), .receiver),
            ("405 No", [], "hook.rejected", .after(300), .receiver),
            ("200 OK", [], "hook.misunderstood", .later, .receiver),
            ("401 Who", [], "hook.login-refused", .after(300), .receiver),
            ("412 What", [], "hook.misunderstood", .later, .receiver),
        ]
    )
    func refused(_ status: String, _ fields: [String], _ id: String, _ retry: RetryAdvice, _ scope: HookFailure.Scope)
        async throws
    {
        let bench = try await SIPBench()
        bench.server.answerAll { $0.send($0.answer(status, fields)) }
        let failure = await bench.failure(of: event("1", of: try mailbox("ada")))
        #expect(failure?.diagnosis.id == id)
        #expect(failure?.retry == retry)
        #expect(failure?.scope == scope)
        #expect(bench.store.kept.isEmpty)
    }

    @Test("a server that sends us elsewhere is followed, with a bound")
    func redirected() async throws {
        let bench = try await SIPBench()
        let other = try await ScriptedSIPServer(.udp)
        let presence = ScriptedPresence()
        presence.serve(other)
        let port = other.port
        bench.server.answerAll {
            $0.send($0.answer("302 Moved", ["Contact: <sip:101@127.0.0.1:\(port);transport=udp>"]))
        }
        try await bench.hook.deliver(event("1", of: try mailbox("ada")))
        #expect(presence.requests.map(\.uri) == ["sip:101@127.0.0.1:\(port);transport=udp"])
        #expect(bench.store.tags == ["tag1"])
        other.answerAll { $0.send($0.answer("302 Moved", ["Contact: <sip:101@127.0.0.1:\(port);transport=udp>"])) }
        let failure = await bench.failure(of: event("2", of: try mailbox("bob")))
        #expect(failure?.diagnosis.id == "hook.misunderstood")
        #expect(other.count < 10)
    }
}

extension Announcement {
    fileprivate init(_ text: String) {
        self.init(internalText: text, externalText: "")
    }
}
