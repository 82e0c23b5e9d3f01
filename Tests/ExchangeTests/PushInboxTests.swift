import Availability
import Exchange
import HTTPTransport
import TestSupport
import Testing

@Suite("Calls of the server")
struct PushInboxTests {
    private let inbox = PushInbox()
    private let ok = PushReply.accepted(answer: SendNotificationAnswer.ok)
    private let end = PushReply.accepted(answer: SendNotificationAnswer.unsubscribe)

    /// Of calls that were accepted, unknown and malformed.
    private var counts: [Int] { [inbox.accepted, inbox.unknown, inbox.malformed] }

    private func event(_ name: String, of id: String = "id-1") -> [UInt8] {
        Documents.push(Documents.notification(id, name, more: false, watermark: "W"))
    }

    private func arrival(_ token: String, _ news: PushArrival.News, of name: String = "ben") throws -> PushArrival {
        PushArrival(mailbox: try Given.mailbox(name), callbackToken: token, news: news)
    }

    private func expect(_ token: String, of name: String = "ben", subscription id: String? = "id-1") throws {
        #expect(inbox.expect(token: token, mailbox: try Given.mailbox(name)))
        if let id { inbox.confirm(token: token, subscription: id) }
    }

    @Test(
        "a call is answered and told",
        arguments: [
            ("StatusEvent", PushArrival.News.alive), ("CreatedEvent", .changed), ("FreeBusyChangedEvent", .changed),
            ("SomethingNewEvent", .changed),
        ]
    )
    func calls(name: String, news: PushArrival.News) async throws {
        try expect("t1")
        #expect(inbox.receive(token: "t1", body: event(name)) == ok)
        var arrivals = inbox.arrivals().makeAsyncIterator()
        #expect(await arrivals.next() == (try arrival("t1", news)))
        #expect(counts == [1, 0, 0])
    }

    @Test("a call may come before the answer to Subscribe")
    func early() async throws {
        try expect("t1", subscription: nil)
        #expect(inbox.receive(token: "t1", body: event("CreatedEvent", of: "any")) == ok)
        inbox.confirm(token: "t1", subscription: "id-1")
        #expect(inbox.receive(token: "t1", body: event("CreatedEvent", of: "any")) == .unknown)
        #expect(inbox.receive(token: "t1", body: event("CreatedEvent")) == ok)
    }

    @Test("who does not know a token, or names another subscription, learns and changes nothing")
    func forged() async throws {
        try expect("t1")
        try expect("t2", subscription: "id-2")
        #expect(inbox.receive(token: "t3", body: event("CreatedEvent")) == .unknown)
        #expect(inbox.receive(token: "", body: event("CreatedEvent")) == .unknown)
        #expect(inbox.receive(token: "t3", body: Array("not even XML".utf8)) == .unknown)
        #expect(inbox.receive(token: "t2", body: event("CreatedEvent", of: "id-1")) == .unknown)
        #expect(inbox.receive(token: "t1", body: event("StatusEvent")) == ok)
        #expect(counts == [1, 4, 0])
        var arrivals = inbox.arrivals().makeAsyncIterator()
        #expect(await arrivals.next() == (try arrival("t1", .alive)))
    }

    @Test(
        "what is no notification is refused",
        arguments: [
            "", "hello", "<!DOCTYPE a><a/>", Documents.faultEnvelope("ErrorServerBusy"),
            Documents.soapEnvelope(Documents.message("GetEvents")),
        ]
    )
    func malformed(body: String) throws {
        try expect("t1")
        #expect(inbox.receive(token: "t1", body: Array(body.utf8)) == .malformed)
        #expect(counts == [0, 0, 1])
    }

    @Test("cut anywhere, a call is no notification")
    func cuts() throws {
        try expect("t1")
        let body = event("CreatedEvent")
        for length in 0..<body.count {
            #expect(inbox.receive(token: "t1", body: Array(body.prefix(length))) == .malformed, "\(length) bytes")
        }
    }

    @Test("more than a listener would take is refused")
    func oversized() throws {
        try expect("t1")
        let body = Array(repeating: UInt8(ascii: " "), count: 1 << 20) + event("CreatedEvent")
        #expect(inbox.receive(token: "t1", body: body) == .malformed)
    }

    @Test("an error means that the subscription is lost, and is asked to end")
    func error() async throws {
        try expect("t1")
        #expect(inbox.receive(token: "t1", body: event("CreatedEvent")) == ok)
        let body = Documents.push("", code: "ErrorReadEventsFailed")
        #expect(inbox.receive(token: "t1", body: body) == end)
        #expect(inbox.receive(token: "t1", body: event("CreatedEvent")) == end)
        var arrivals = inbox.arrivals().makeAsyncIterator()
        // Being lost says more than the change before it.
        #expect(await arrivals.next() == (try arrival("t1", .lost)))
    }

    @Test("retired tokens are asked to end, also those of an earlier run, and tell nothing more")
    func retired() async throws {
        try expect("t1")
        try expect("t2", of: "carla", subscription: nil)
        #expect(inbox.receive(token: "t1", body: event("CreatedEvent")) == ok)
        inbox.retire(tokens: ["t1", "of-earlier"])
        #expect(inbox.receive(token: "t1", body: event("CreatedEvent")) == end)
        #expect(inbox.receive(token: "of-earlier", body: event("CreatedEvent")) == end)
        #expect(inbox.receive(token: "t2", body: event("StatusEvent")) == ok)
        var arrivals = inbox.arrivals().makeAsyncIterator()
        #expect(await arrivals.next() == (try arrival("t2", .alive, of: "carla")))
    }

    @Test("the listener may ask first, and counts what it refuses itself")
    func listener() throws {
        try expect("t1")
        inbox.retire(tokens: ["t2"])
        #expect(["t1", "t2", "t3"].map(inbox.knows) == [true, true, false])
        inbox.countStranger()
        inbox.refuseBody(token: "t2")
        #expect(counts == [0, 1, 1])
    }

    @Test("a call that cannot be understood, or is too large, is refused, and its mailbox may have changed")
    func unreadable() async throws {
        try expect("t1")
        try expect("t2", of: "carla", subscription: nil)
        #expect(inbox.receive(token: "t1", body: Array("<soap".utf8)) == .malformed)
        inbox.refuseBody(token: "t2")
        #expect(counts == [0, 0, 2])
        var arrivals = inbox.arrivals().makeAsyncIterator()
        #expect(await arrivals.next() == (try arrival("t1", .changed)))
        #expect(await arrivals.next() == (try arrival("t2", .changed, of: "carla")))
    }

    // MARK: Reading

    @Test("a slow reader gets one piece of news for each token, the weightiest, in the order they came")
    func coalescing() async throws {
        try expect("t1")
        try expect("t2", of: "carla", subscription: "id-2")
        for _ in 0..<100 {
            #expect(inbox.receive(token: "t1", body: event("CreatedEvent")) == ok)
            #expect(inbox.receive(token: "t1", body: event("StatusEvent")) == ok)
            #expect(inbox.receive(token: "t2", body: event("StatusEvent", of: "id-2")) == ok)
        }
        var arrivals = inbox.arrivals().makeAsyncIterator()
        #expect(await arrivals.next() == (try arrival("t1", .changed)))
        // What comes while some is unread comes behind it.
        #expect(inbox.receive(token: "t1", body: event("StatusEvent")) == ok)
        #expect(await arrivals.next() == (try arrival("t2", .alive, of: "carla")))
        #expect(await arrivals.next() == (try arrival("t1", .alive)))
    }

    @Test("a reader that waits is woken")
    func waiting() async throws {
        try expect("t1")
        let stream = inbox.arrivals()
        let reader = Task { await stream.first { _ in true } }
        for _ in 0..<100 { await Task.yield() }
        #expect(inbox.receive(token: "t1", body: event("CreatedEvent")) == ok)
        #expect(await reader.value == (try arrival("t1", .changed)))
    }

    @Test("a new reader takes the place of the earlier one, whether that waits or not")
    func newReader() async throws {
        try expect("t1")
        let earlier = inbox.arrivals()
        let reader = Task { await earlier.first { _ in true } }
        for _ in 0..<100 { await Task.yield() }
        let newer = inbox.arrivals()
        #expect(await reader.value == nil)
        #expect(inbox.receive(token: "t1", body: event("CreatedEvent")) == ok)
        #expect(await newer.first { _ in true } == (try arrival("t1", .changed)))
    }

    @Test("a reader that is cancelled ends, and nothing is lost by it")
    func cancelled() async throws {
        try expect("t1")
        let stream = inbox.arrivals()
        let reader = Task { await stream.first { _ in true } }
        reader.cancel()
        #expect(await reader.value == nil)
        #expect(inbox.receive(token: "t1", body: event("CreatedEvent")) == ok)
        var arrivals = inbox.arrivals().makeAsyncIterator()
        #expect(await arrivals.next() == (try arrival("t1", .changed)))
    }

    @Test("no more tokens are known than there may be")
    func bounded() throws {
        let mailbox = try Given.mailbox("ben")
        for number in 0..<100_000 { #expect(inbox.expect(token: "t\(number)", mailbox: mailbox)) }
        #expect(!inbox.expect(token: "one more", mailbox: mailbox))
        inbox.retire(tokens: ["t0"])
        #expect(inbox.expect(token: "one more", mailbox: mailbox))
        // Of the retired, the oldest are forgotten.
        inbox.retire(tokens: (0..<100_000).map { "r\($0)" })
        #expect(inbox.receive(token: "t0", body: event("CreatedEvent")) == .unknown)
        #expect(inbox.receive(token: "r99999", body: event("CreatedEvent")) == end)
        #expect(inbox.receive(token: "t1", body: event("CreatedEvent")) == ok)
    }
}
