import Testing

@testable import EWSMessages

/// Samples and recordings of notifications, against what a person reads in them.
@Suite("ConformanceTests: notifications", .enabled(if: SharedFolder.exists, "../shared is not here"))
struct NotificationConformanceTests {
    @Test("Subscribe reads as a person reads it", arguments: SubscribeExpectation.all)
    func subscribe(expectation: SubscribeExpectation) throws {
        let reply = try SubscribeResponse.decode(SharedFolder.bytes(expectation.file))
        let response = SubscribeResponse(
            responseMessage: ResponseMessage(.noError),
            subscription: expectation.subscription
        )
        #expect(reply == EWSReply(serverVersion: expectation.serverVersion, result: .success(response)))
    }

    @Test("Unsubscribe reads as a person reads it", arguments: UnsubscribeExpectation.all)
    func unsubscribe(expectation: UnsubscribeExpectation) throws {
        let reply = try UnsubscribeResponse.decode(SharedFolder.bytes(expectation.file))
        let response = UnsubscribeResponse(responseMessage: ResponseMessage(.noError))
        #expect(reply == EWSReply(serverVersion: expectation.serverVersion, result: .success(response)))
    }

    @Test("GetEvents reads as a person reads it", arguments: GetEventsExpectation.all)
    func getEvents(expectation: GetEventsExpectation) throws {
        let reply = try GetEventsResponse.decode(SharedFolder.bytes(expectation.file))
        #expect(reply == EWSReply(serverVersion: expectation.serverVersion, result: .success(expectation.response)))
    }

    @Test("GetStreamingEvents reads as a person reads it", arguments: StreamingExpectation.all)
    func streaming(expectation: StreamingExpectation) throws {
        let replies = try EventStream.replies(SharedFolder.bytes(expectation.file + ".xml"))
        let count = expectation.countInXML ?? expectation.responses.count
        #expect(replies == Array(expectation.replies.prefix(count)))
    }

    @Test("the bytes of a recorded stream read the same, chunk by chunk", arguments: StreamingExpectation.recordings)
    func chunks(expectation: StreamingExpectation) throws {
        let chunks = try ChunkedBody.chunks(of: SharedFolder.bytes(expectation.file + ".raw"))
        #expect(try EventStream.replies(chunks) == expectation.replies)
        // The server sends an envelope a chunk, which the reader must not rely on.
        #expect(chunks.count == expectation.responses.count)
        let body = chunks.flatMap { $0 }
        for size in [1, 7, 64, 1_000, body.count] {
            #expect(try EventStream.replies(EventStream.pieces(of: body, size: size)) == expectation.replies, "\(size)")
        }
    }

    @Test("our answer to a push says what others say", arguments: SendNotificationResultExpectation.all)
    func result(expectation: SendNotificationResultExpectation) throws {
        let sample = try ElementList.elements(of: SharedFolder.bytes(expectation.file))
        #expect(sample.count == 4)
        #expect(try ElementList.elements(of: expectation.result.encoded) == sample)
    }

    @Test("a stream that the documentation cuts short is refused, first for its namespace, then for its end")
    func broken() throws {
        let name = "GetStreamingEvents/02-msdocs-stream-notifications-about-mailbox-events.response.xml"
        let bytes = try SharedFolder.bytes("ews/samples-broken/\(name)")
        #expect(EventStream.failure(bytes)?.reason == .notAnEnvelope(root: "Envelope"))
        let text = String(decoding: bytes, as: UTF8.self).replacing("https://schemas.xml", with: "http://schemas.xml")
        guard case .malformed? = EventStream.failure(Array(text.utf8))?.reason else {
            Issue.record("decoded")
            return
        }
    }

    /// Every file whose expectation stands above, with the suffix that it has.
    static let files =
        SubscribeExpectation.all.map(\.file) + UnsubscribeExpectation.all.map(\.file)
        + GetEventsExpectation.all.map(\.file) + SendNotificationResultExpectation.all.map(\.file)
        + StreamingExpectation.all.map { $0.file + ".xml" }

    @Test("no recorded stream is forgotten")
    func complete() {
        let existing = SharedFolder.files(
            below: "ews/recorded-grommunio/GetStreamingEvents",
            suffix: ".response.raw"
        )
        #expect(existing.count >= 9)
        #expect(StreamingExpectation.recordings.map { $0.file + ".raw" }.sorted() == existing)
    }
}

extension StreamingExpectation {
    var replies: [StreamingEventsReader.Reply] {
        responses.map { StreamingEventsReader.Reply(serverVersion: serverVersion, result: .success($0)) }
    }
}
