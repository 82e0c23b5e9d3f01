import Testing

@testable import EWSMessages

@Suite("Streams of envelopes")
struct StreamingEventsReaderTests {
    /// Three envelopes: with and without an XML declaration, with and without white space between them, one with a comment
    /// and with `>` in a text and in an attribute, one a fault.
    private static let stream: [UInt8] = {
        let events = Documents.streaming(
            Documents.notifications(
                Documents.events("m:Notification", id: "sub-1", content: "<t:CreatedEvent/><t:ModifiedEvent/>"),
                Documents.events("t:Notification", id: "sub&#x10;-&gt;2>", content: "<t:MovedEvent a='>'/>")
            ) + "<!-- > </s:Envelope> -->"
        )
        let fault = Documents.envelope("<s:Fault><faultcode>ErrorServerBusy</faultcode></s:Fault>", version: "")
        let closed = Documents.streaming("<m:ConnectionStatus>Closed</m:ConnectionStatus>")
        return events + bare(fault) + Array("\r\n \t".utf8) + closed + Array("\r\n".utf8)
    }()

    /// The same without its XML declaration.
    private static func bare(_ bytes: [UInt8]) -> [UInt8] { Array(bytes.drop { $0 != UInt8(ascii: "\n") }.dropFirst()) }

    private static let replies: [StreamingEventsReader.Reply] = {
        let ok = ResponseMessage(.noError)
        let notifications = [
            MailboxNotification("sub-1", [.change(.created), .change(.modified)]),
            // The forbidden character has become a tab.
            MailboxNotification("sub\t->2>", [.change(.moved)]),
        ]
        let version = ServerVersion(15, 2, 1_544, 4)
        let fault = SOAPFault(faultCode: "ErrorServerBusy", faultString: "", responseCode: .serverBusy)
        return [
            EWSReply(
                serverVersion: version,
                result: .success(GetStreamingEventsResponse(responseMessage: ok, notifications: notifications))
            ),
            EWSReply(serverVersion: nil, result: .fault(fault)),
            EWSReply(
                serverVersion: version,
                result: .success(GetStreamingEventsResponse(responseMessage: ok, connectionStatus: .closed))
            ),
        ]
    }()

    @Test("a stream cut at any byte gives the same values")
    func cuts() throws {
        for cut in 0...Self.stream.count {
            let pieces = [Array(Self.stream[..<cut]), Array(Self.stream[cut...])]
            #expect(try EventStream.replies(pieces) == Self.replies, "cut at \(cut)")
        }
    }

    @Test("a stream in pieces of any size gives the same values", arguments: [1, 2, 3, 5, 16, 100, 1_024, 100_000])
    func pieces(size: Int) throws {
        #expect(try EventStream.replies(EventStream.pieces(of: Self.stream, size: size)) == Self.replies)
    }

    @Test("an envelope is handed on with its last byte, not with the first of the next")
    func promptness() throws {
        let reader = StreamingEventsReader()
        let bytes = Documents.streaming("<m:ConnectionStatus>OK</m:ConnectionStatus>")
        for round in 1...3 {
            var count = 0
            try reader.feed(bytes.dropLast()) { _ in count += 1 }
            #expect(count == 0, "round \(round)")
            try reader.feed(bytes.suffix(1)) { _ in count += 1 }
            #expect(count == 1, "round \(round)")
        }
        try reader.finish()
    }

    @Test("an error comes behind the envelopes before it, and stays")
    func error() throws {
        let reader = StreamingEventsReader()
        let good = Documents.streaming("<m:ConnectionStatus>OK</m:ConnectionStatus>")
        var count = 0
        var errors: [EWSDecodingError] = []
        for bytes in [good + good + Array("<html></html>".utf8), good] {
            do {
                try reader.feed(bytes[...]) { _ in count += 1 }
            } catch {
                errors.append(error)
            }
        }
        do { try reader.finish() } catch { errors.append(error) }
        #expect(count == 2)
        #expect(errors.map(\.reason) == Array(repeating: .notAnEnvelope(root: "html"), count: 3))
        #expect(errors.allSatisfy { $0.byteOffset <= 13 && $0.line == 1 })
    }

    @Test("a body without a byte, or of white space alone, is no error")
    func nothing() throws {
        #expect(try EventStream.replies([[UInt8]]()).isEmpty)
        #expect(try EventStream.replies(Array(" \r\n\t".utf8)).isEmpty)
    }

    @Test("a body that ends within an envelope is malformed wherever it ends")
    func unfinished() {
        let bytes = Documents.streaming("<m:ConnectionStatus>OK</m:ConnectionStatus>")
        for length in 1..<bytes.count {
            let expected = EWSDecodingError.Reason.malformed(code: 0, message: "incomplete")
            #expect(EventStream.failure(Array(bytes.prefix(length)))?.reason == expected, "\(length) bytes")
        }
    }

    @Test("an envelope has a limit, a stream has none")
    func limit() throws {
        let bytes = Documents.streaming("<m:ConnectionStatus>OK</m:ConnectionStatus>")
        let limits = ParserLimits(bytes: bytes.count)
        let many = Array(repeating: bytes, count: 50).flatMap { $0 }
        #expect(EventStream.failure(many, limits: limits) == nil)
        let longer = Documents.streaming("<m:ConnectionStatus>OK </m:ConnectionStatus>")
        #expect(EventStream.failure(bytes + longer, limits: limits)?.reason == .limitExceeded(.bytes))
    }

    @Test(
        "bytes without end are refused, whatever they are",
        arguments: [
            ("a", EWSDecodingError.Limit.bytes), ("<!-- -->", .bytes), ("&gt;", .bytes), ("<m:x/>", .elements),
            ("<m:x>", .depth),
        ]
    )
    func endless(filler: String, expected: EWSDecodingError.Limit) throws {
        let reader = StreamingEventsReader(limits: ParserLimits(bytes: 100_000, elements: 5_000))
        let envelope = Documents.streaming("")
        let beginning = try #require(envelope.firstRange(of: Array("<m:ResponseCode>".utf8)))
        try reader.feed(envelope[..<beginning.lowerBound]) { _ in }
        let piece = Array(String(repeating: filler, count: 100).utf8)
        var fed = 0
        var reason: EWSDecodingError.Reason?
        while reason == nil, fed <= 100_000 {
            do {
                try reader.feed(piece[...]) { _ in }
                fed += piece.count
            } catch {
                reason = error.reason
            }
        }
        #expect(reason == .limitExceeded(expected))
    }

    @Test(
        "what makes no sense in an envelope is an error that names the element",
        arguments: [
            (
                "<m:ConnectionStatus>Ajar</m:ConnectionStatus>",
                EWSDecodingError.Reason?.some(
                    .invalidValue(element: "ConnectionStatus", text: "Ajar")
                )
            ),
            (
                "<m:ErrorSubscriptionIds><t:SubscriptionId/></m:ErrorSubscriptionIds>",
                .invalidValue(element: "SubscriptionId", text: "")
            ),
            ("<m:Notifications><m:Notification/></m:Notifications>", .missing(element: "SubscriptionId")),
            ("", nil),
        ]
    )
    func nonsense(content: String, expected: EWSDecodingError.Reason?) {
        #expect(EventStream.failure(Documents.streaming(content))?.reason == expected)
    }

    @Test("the ids of lost subscriptions are read whatever their namespace")
    func errorSubscriptionIds() throws {
        let content = """
            <m:ErrorSubscriptionIds><m:SubscriptionId>a</m:SubscriptionId><t:SubscriptionId>b</t:SubscriptionId>\
            <SubscriptionId>c</SubscriptionId></m:ErrorSubscriptionIds>
            """
        let bytes = Documents.streaming(content, code: "ErrorSubscriptionNotFound")
        let expected = GetStreamingEventsResponse(
            responseMessage: ResponseMessage(.subscriptionNotFound),
            errorSubscriptionIds: ["a", "b", "c"]
        )
        #expect(try EventStream.replies(bytes).map(\.result) == [.success(expected)])
    }
}
