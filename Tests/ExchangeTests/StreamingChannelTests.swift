import Availability
import Exchange
import HTTPTransport
import TestSupport
import Testing

@Suite("A channel")
struct StreamingChannelTests {
    private static func record(_ opening: ScriptedHTTP.Opening) async throws -> ChannelRecord {
        await ChannelRecord(of: try await Given.channel(ScriptedHTTP(streams: opening)))
    }

    private static let closed = Documents.envelope(status: "Closed")

    // MARK: News

    @Test(
        "each envelope is sorted into what changed, what was lost, and a sign of life",
        arguments: [
            (Documents.envelope(), [ChannelNews.alive]),
            (Documents.envelope(Documents.notification("a", "StatusEvent")), [.alive]),
            (Documents.envelope(Documents.notification("a", "CreatedEvent", "ModifiedEvent")), [.changed(["a"])]),
            (
                Documents.envelope(
                    Documents.notification("b", "FreeBusyChangedEvent"),
                    Documents.notification("a", "StatusEvent"),
                    Documents.notification("c", "DeletedEvent"),
                    Documents.notification("b", "MovedEvent")
                ),
                [.changed(["b", "c"])]
            ),
            // An id that was not asked for, as after the start of a server.
            (Documents.envelope(Documents.notification("z", "CreatedEvent")), [.alive]),
            (Documents.envelope(code: "ErrorSubscriptionNotFound", errorIds: ["b"]), [.lost(["b"])]),
            (Documents.envelope(code: "ErrorMailboxStoreUnavailable", errorIds: ["b", "c"]), [.lost(["b", "c"])]),
            (
                Documents.envelope(
                    Documents.notification("a", "CreatedEvent"),
                    code: "ErrorInvalidSubscription",
                    errorIds: ["b"]
                ),
                [.changed(["a"]), .lost(["b"])]
            ),
            (Documents.envelope(code: "ErrorInvalidSubscription", errorIds: ["z"]), [.alive]),
            (Documents.envelope(code: "ErrorNewEventStreamConnectionOpened"), [.lost(["a", "b", "c"])]),
            (Documents.envelope(code: "ErrorSubscriptionNotFound", status: nil), [.lost(["a", "b", "c"])]),
            (Documents.faultEnvelope("ErrorSubscriptionNotFound"), [.lost(["a", "b", "c"])]),
        ]
    )
    func sorting(envelope: String, news: [ChannelNews]) async throws {
        let channel = try await Given.channel(ScriptedHTTP(streams: .stream(envelope)))
        #expect(try await channel.next() == news)
    }

    @Test("what comes in one piece is told once")
    func merging() async throws {
        let piece =
            Documents.envelope(Documents.notification("a", "CreatedEvent"))
            + Documents.envelope(
                Documents.notification("a", "ModifiedEvent"),
                Documents.notification("b", "CreatedEvent")
            )
            + Documents.envelope(code: "ErrorSubscriptionNotFound", errorIds: ["c"])
            + Documents.envelope(code: "ErrorSubscriptionNotFound", errorIds: ["c"])
        let channel = try await Given.channel(ScriptedHTTP(streams: .stream(Documents.envelope(), piece)))
        #expect(try await channel.next() == [.alive])
        #expect(try await channel.next() == [.changed(["a", "b"]), .lost(["c"])])
    }

    @Test("the same loss told again is a sign of life, and the last loss ends the channel")
    func losses() async throws {
        let http = ScriptedHTTP(
            streams: .stream(
                Documents.envelope(code: "ErrorSubscriptionNotFound", errorIds: ["a"]),
                Documents.envelope(code: "ErrorSubscriptionNotFound", errorIds: ["a"]),
                Documents.envelope(code: "ErrorSubscriptionNotFound", errorIds: ["b", "c"])
            )
        )
        let record = await ChannelRecord(of: try await Given.channel(http))
        #expect(record == ChannelRecord(news: [[.lost(["a"])], [.alive], [.lost(["b", "c"])]], failure: nil))
        #expect(http.openStreams == 0)
    }

    // MARK: Pieces

    @Test("cut anywhere, a stream tells the same")
    func everyCut() async throws {
        let text =
            #"<?xml version="1.0" encoding="utf-8"?>"# + Documents.envelope() + "\r\n"
            + Documents.envelope(
                Documents.notification("a", "CreatedEvent"),
                Documents.notification("c", "StatusEvent")
            )
            + Documents.envelope(code: "ErrorInvalidSubscription", errorIds: ["b"]) + Self.closed
        let bytes = Array(text.utf8)
        for cut in 1..<bytes.count {
            let script = StreamScript(pieces: [Array(bytes[..<cut]), Array(bytes[cut...])])
            let record = try await Self.record(.success(script))
            #expect(record.told == [.changed(["a"]), .lost(["b"])], "cut at \(cut)")
            #expect(record.failure == nil, "cut at \(cut)")
        }
        let record = try await Self.record(.success(StreamScript(pieces: bytes.map { [$0] })))
        #expect(record.news == [[.alive], [.changed(["a"])], [.lost(["b"])], [.alive]])
        #expect(record.failure == nil)
    }

    @Test("broken off after any byte, it was silent until the first envelope and interrupted from then on")
    func everyEnd() async throws {
        let first = Documents.envelope()
        let bytes = Array((first + Documents.envelope(Documents.notification("a", "CreatedEvent"))).utf8)
        for end in [StreamScript.End.complete, .failure(.connectionClosed)] {
            for length in stride(from: 0, through: bytes.count, by: 1) {
                let pieces = length > 0 ? [Array(bytes[..<length])] : []
                let record = try await Self.record(.success(StreamScript(pieces: pieces, end: end)))
                let expected =
                    length < first.utf8.count
                    ? ChannelExpectation(.silence, "stream.silent") : ChannelExpectation(.server, "server.no-answer")
                #expect(record.failure.map { ChannelExpectation($0) } == expected, "after \(length) bytes")
                #expect(record.told == (length == bytes.count ? [.changed(["a"])] : []))
            }
        }
    }

    @Test("spoiled anywhere, a stream ends and tells of nothing that was not asked for")
    func spoiled() async throws {
        let text =
            Documents.envelope(Documents.notification("a", "CreatedEvent"))
            + Documents.envelope(code: "ErrorInvalidSubscription", errorIds: ["b"])
        let bytes = Array(text.utf8)
        var random = SplitMix(seed: 7)
        for round in 0..<1_000 {
            var spoiled = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                spoiled[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let http = ScriptedHTTP(streams: .success(StreamScript(pieces: [spoiled], end: .complete)))
            let record = await ChannelRecord(of: try await Given.channel(http))
            for news in record.told {
                switch news {
                case .alive: break
                case .changed(let ids), .lost(let ids): #expect(Set(ids).isSubset(of: ["a", "b", "c"]), "\(round)")
                }
            }
            #expect(http.openStreams == 0)
        }
    }

    // MARK: Ends

    @Test("ends with Closed though the connection stays open, and lets it go at once")
    func closed() async throws {
        let http = ScriptedHTTP(streams: .stream(Documents.envelope(), Self.closed))
        let channel = try await Given.channel(http)
        #expect(try await channel.next() == [.alive])
        #expect(http.openStreams == 1)
        #expect(try await channel.next() == [.alive])
        #expect(http.openStreams == 0)
        #expect(try await channel.next() == nil)
        #expect(try await channel.next() == nil)
    }

    @Test("what came with Closed is told first, and what follows it is not looked at")
    func closedWithNews() async throws {
        let piece =
            Documents.envelope(Documents.notification("a", "CreatedEvent"), status: "Closed")
            + Documents.envelope(Documents.notification("b", "CreatedEvent")) + "<garbage"
        let record = try await Self.record(.stream(piece))
        #expect(record == ChannelRecord(news: [[.changed(["a"])]], failure: nil))
    }

    @Test(
        "an error in an envelope ends it, the first or a later one",
        arguments: [
            (
                Documents.envelope(code: "ErrorServerBusy", status: nil, xml: Documents.backOff),
                ChannelExpectation(.server, "server.busy", .after(4.5))
            ),
            (
                Documents.envelope(code: "ErrorServerBusy", errorIds: ["a"], status: "Closed"),
                ChannelExpectation(.server, "server.busy")
            ),
            (
                Documents.envelope(code: "ErrorExceededConnectionCount", status: nil),
                ChannelExpectation(.limit, "subscription.limit")
            ),
            (
                Documents.envelope(code: "ErrorInternalServerError", status: "Closed"),
                ChannelExpectation(.refused, "server.fault")
            ),
            (Documents.faultEnvelope("ErrorServerBusy"), ChannelExpectation(.server, "server.busy")),
            (
                Documents.faultEnvelope("ErrorImpersonateUserDenied"),
                ChannelExpectation(.refused, "access.impersonation-denied")
            ),
            (Documents.faultEnvelope("SOAP:Server"), ChannelExpectation(.refused, "server.fault")),
            ("<!DOCTYPE lolz><s:Envelope/>", ChannelExpectation(.malformed, "stream.malformed")),
            ("HTTP is fun", ChannelExpectation(.malformed, "stream.malformed")),
            ("<html><title>Portal</title></html>", ChannelExpectation(.malformed, "stream.malformed")),
            (
                Documents.soapEnvelope("<m:Nothing xmlns:m='x'/>"),
                ChannelExpectation(.malformed, "stream.malformed")
            ),
        ]
    )
    func errors(envelope: String, expected: ChannelExpectation) async throws {
        let first = try await Self.record(.stream(envelope))
        #expect(first.failure.map { ChannelExpectation($0) } == expected)
        #expect(first.news == [])
        let http = ScriptedHTTP(
            streams: .stream(Documents.envelope(Documents.notification("a", "CreatedEvent")) + envelope)
        )
        let channel = try await Given.channel(http)
        let later = await ChannelRecord(of: channel)
        #expect(later.news == [[.changed(["a"])]])
        #expect(later.failure == first.failure)
        #expect(http.openStreams == 0)
        // It stays ended.
        #expect(await ChannelRecord(of: channel) == ChannelRecord(news: [], failure: first.failure))
        let failure = try #require(first.failure)
        #expect(flaws(in: failure.diagnosis) == [])
    }

    @Test("an envelope that is larger than any can be is refused while it comes")
    func oversized() async throws {
        let comment = Array("<!--".utf8) + Array(repeating: 0x78, count: 1 << 20)
        let pieces =
            [Array(#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">"#.utf8)]
            + Array(repeating: comment + Array("-->".utf8), count: 12)
        let record = try await Self.record(.success(StreamScript(pieces: pieces)))
        #expect(record.failure.map { ChannelExpectation($0) } == ChannelExpectation(.malformed, "stream.malformed"))
    }

    @Test("silence is told from a stream that had carried and fell silent")
    func silence() async throws {
        let never = try await Self.record(.stream(end: .failure(.stalled(seconds: 30))))
        let later = try await Self.record(.stream(Documents.envelope(), end: .failure(.stalled(seconds: 100))))
        for record in [never, later] {
            #expect(record.failure.map { ChannelExpectation($0) } == ChannelExpectation(.silence, "stream.silent"))
        }
        #expect(never.failure?.diagnosis.summary.contains("nothing came for 30 s") == true)
        #expect(later.failure?.diagnosis.summary.contains("nothing more came for 100 s") == true)
        #expect(later.news == [[.alive]])
        let remedy = try #require(never.failure).diagnosis.remedy
        #expect(remedy.contains("proxy_buffering off"))
        #expect(remedy.contains(#"notification = "pull""#))
    }

    @Test("ends with the task that reads it, or with its last holder")
    func released() async throws {
        let http = ScriptedHTTP(streams: .stream(Documents.envelope()))
        let channel = try await Given.channel(http)
        let task = Task { await ChannelRecord(of: channel) }
        task.cancel()
        let record = await task.value
        #expect(record.failure.map { ChannelExpectation($0) } == ChannelExpectation(.server, "service.interrupted"))
        #expect(http.openStreams == 0)
        do { _ = try await Given.channel(http) }
        #expect(http.openStreams == 0)
    }
}
