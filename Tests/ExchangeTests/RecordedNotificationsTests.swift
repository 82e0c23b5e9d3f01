import Availability
import Exchange
import Foundation
import HTTPTransport
import TestSupport
import Testing

/// Answers recorded from a running grommunio server, and samples of Exchange's, which lie beside the repository on the
/// machines of those who work on it.
@Suite("Recorded notifications", .enabled(if: Recording.exist))
struct RecordedNotificationsTests {
    /// A stream of one recording: the subscriptions that it is for, and what a person reads in it.
    struct RecordedStream: CustomTestStringConvertible, Sendable {
        var file: String
        var ids: [String]
        var told: [ChannelNews]
        var failure: ChannelExpectation?

        var testDescription: String { file }
    }

    static let all: [RecordedStream] = [
        RecordedStream(file: "recorded-grommunio/GetStreamingEvents/02", ids: ["HwAAAAUAAAA="], told: []),
        // The first envelope says Closed, since one of two ids is not valid.
        RecordedStream(
            file: "recorded-grommunio/GetStreamingEvents/04",
            ids: ["fwAAAAUAAAA=", "IAAAAAUAAAA="],
            told: [.lost(["fwAAAAUAAAA="])]
        ),
        RecordedStream(file: "recorded-grommunio/GetStreamingEvents/06", ids: ["x"], told: []),
        RecordedStream(
            file: "recorded-grommunio/GetStreamingEvents/10",
            ids: ["GgAAAAUAAAA="],
            told: [.changed(["GgAAAAUAAAA="])]
        ),
        RecordedStream(
            file: "recorded-grommunio/GetStreamingEvents/16",
            ids: ["JgAAAAUAAAA="],
            told: Array(repeating: .changed(["JgAAAAUAAAA="]), count: 3)
        ),
        // The server was stopped.
        RecordedStream(
            file: "recorded-grommunio/GetStreamingEvents/18",
            ids: ["AQAAAAUAAAA="],
            told: [],
            failure: ChannelExpectation(.server, "server.no-answer")
        ),
        RecordedStream(
            file: "samples/GetStreamingEvents/08-viewpoint-stream-created-cc100af-0",
            ids: ["f6bc657d-dde1-4f94-952d-143b95d6483d"],
            told: [.changed(["f6bc657d-dde1-4f94-952d-143b95d6483d"])],
            failure: ChannelExpectation(.server, "server.no-answer")
        ),
        RecordedStream(
            file: "samples/GetStreamingEvents/09-exchangelib-get-streaming-events-connection-closed",
            ids: ["x"],
            told: []
        ),
    ]

    @Test("a stream tells what happened, one envelope at a time and cut into small pieces", arguments: all)
    func streams(stream: RecordedStream) async throws {
        let bytes = try Recording.bytes("\(stream.file).response.xml")
        let envelopes = Recording.envelopes(in: bytes)
        let small = Swift.stride(from: 0, to: bytes.count, by: 7).map { Array(bytes[$0..<min($0 + 7, bytes.count)]) }
        for pieces in [envelopes, small] {
            let http = ScriptedHTTP(streams: .success(StreamScript(pieces: pieces, end: .complete)))
            let connector = Given.connector(http, try Given.notifyingOptions())
            let subscriptions = try stream.ids.map { try Given.subscription($0) }
            let channel = try await connector.listen(to: subscriptions, route: try Given.route())
            let record = await ChannelRecord(of: channel)
            #expect(record.told == stream.told)
            #expect(record.failure.map { ChannelExpectation($0) } == stream.failure)
        }
    }

    @Test(
        "a Subscribe tells its subscription",
        arguments: [
            ("recorded-grommunio/Subscribe/18", "EgAAAAUAAAA=", nil),
            ("recorded-grommunio/Subscribe/02", "AgAAAAoAAAA=", nil),
        ] as [(String, String, String?)]
    )
    func subscribe(file: String, id: String, watermark: String?) async throws {
        let connector = Given.connector(ScriptedHTTP(try Recording.answer(file)), try Given.notifyingOptions())
        let answer = try await connector.subscribe(
            to: try Given.mailbox("ben"),
            by: .streaming,
            route: try Given.route()
        )
        guard case .subscribed(let subscription) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(subscription.id == id)
        #expect(subscription.watermark == watermark)
        #expect(subscription.route.affinity == nil)
    }

    @Test(
        "a GetEvents tells whether anything happened, or that the subscription is not ours any more",
        arguments: [
            ("02", PollAnswer.answered(isChanged: true, watermark: nil, hasMore: false)),
            ("24", .answered(isChanged: false, watermark: nil, hasMore: false)),
            ("32", .lost), ("34", .lost), ("36", .lost),
        ]
    )
    func poll(number: String, expected: PollAnswer) async throws {
        let http = ScriptedHTTP(try Recording.answer("recorded-grommunio/GetEvents/\(number)"))
        let connector = Given.connector(http, try Given.notifyingOptions())
        #expect(try await connector.poll(try Given.subscription("x", by: .pull)) == expected)
    }

    @Test("an Unsubscribe is taken for what it says", arguments: ["02", "04", "06", "08", "10", "12"])
    func unsubscribe(number: String) async throws {
        let http = ScriptedHTTP(try Recording.answer("recorded-grommunio/Unsubscribe/\(number)"))
        let connector = Given.connector(http, try Given.notifyingOptions())
        await #expect(throws: Never.self) { try await connector.unsubscribe(try Given.subscription("x")) }
    }
}

/// A file of the shared folder.
enum Recording {
    private static let folder: URL = {
        var url = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        for _ in 0..<4 { url.deleteLastPathComponent() }
        return url.appendingPathComponent("shared/ews")
    }()

    static var exist: Bool { FileManager.default.fileExists(atPath: folder.path) }

    static func bytes(_ file: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: folder.appendingPathComponent(file)))
    }

    static func answer(_ file: String) throws -> ScriptedHTTP.Answer {
        let body = try bytes("\(file).response.xml")
        return .success(HTTPResponse(status: 200, headers: ["Content-Type": "text/xml"], body: body))
    }

    /// The bytes up to the end of each envelope.
    static func envelopes(in bytes: [UInt8]) -> [[UInt8]] {
        let end = Array("Envelope>".utf8)
        var pieces: [[UInt8]] = [[]]
        for byte in bytes {
            pieces[pieces.count - 1].append(byte)
            if pieces[pieces.count - 1].suffix(end.count).elementsEqual(end) { pieces.append([]) }
        }
        return pieces.filter { !$0.isEmpty }
    }
}
