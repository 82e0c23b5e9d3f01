import Testing

@testable import SIPMessages

@Suite("Publishing")
struct PublishTests {
    private static let presentity = SIPURI(user: "presentity", host: "example.com")

    private static func request(_ action: PublishRequest.Action) -> SIPRequest {
        PublishRequest(
            of: presentity,
            action,
            expires: 3_600,
            via: ViaHeader(.udp, host: "pua.example.com", port: nil, unique: "652hsge"),
            callID: "81818181@pua.example.com",
            sequence: 1,
            tag: "1234wxyz",
            userAgent: "freebusyd/1"
        ).request()
    }

    private static func outcome(
        _ status: Int,
        _ fields: [(String, String)] = [],
        reason: String = "",
        to action: PublishRequest.Action = .publish([1])
    ) -> PublishOutcome? {
        let headers = SIPHeaders(fields.map { SIPHeader($0.0, $0.1) })
        return PublishOutcome(
            SIPResponse(status: status, reason: reason, headers: headers),
            to: action,
            expires: 3_600
        )
    }

    /// M5 of RFC 3903, 15, whose header fields must all be there.
    @Test("the first publication is the one of RFC 3903")
    func first() throws {
        let expected = [
            "Via": "SIP/2.0/UDP pua.example.com;rport;branch=z9hG4bK652hsge", "To": "<sip:presentity@example.com>",
            "From": "<sip:presentity@example.com>;tag=1234wxyz", "Call-ID": "81818181@pua.example.com",
            "CSeq": "1 PUBLISH", "Max-Forwards": "70", "Expires": "3600", "Event": "presence",
            "Content-Type": "application/pidf+xml",
        ]
        let request = Self.request(.publish(Array("<presence/>".utf8)))
        #expect(request.method == "PUBLISH" && request.uri == "sip:presentity@example.com")
        for (name, value) in expected { #expect(request.headers[name] == value) }
        #expect(request.headers["SIP-If-Match"] == nil)
        #expect(request.body == Array("<presence/>".utf8))
    }

    /// RFC 3903, table 1.
    @Test(
        "each kind of request has what table 1 of RFC 3903 gives it",
        arguments: [
            (PublishRequest.Action.publish([1]), true, nil, "3600"),
            (.refresh(tag: "dx200xyz"), false, "dx200xyz", "3600"),
            (.modify(tag: "kwj449x", [1]), true, "kwj449x", "3600"), (.remove(tag: "qwi982ks"), false, "qwi982ks", "0"),
        ] as [(PublishRequest.Action, Bool, String?, String)]
    )
    func kinds(action: PublishRequest.Action, hasBody: Bool, tag: String?, expires: String) {
        let request = Self.request(action)
        #expect(request.body.isEmpty != hasBody)
        #expect((request.headers["Content-Type"] != nil) == hasBody)
        #expect(request.headers["SIP-If-Match"] == tag)
        #expect(request.headers["Expires"] == expires)
    }

    @Test("a tag with a line end of its own does not come to the wire")
    func tags() {
        #expect(throws: SIPSyntaxError.forbiddenCharacter) { try Self.request(.refresh(tag: "a\r\nEvil: b")).bytes }
        #expect(Self.outcome(200, [("SIP-ETag", "a b")]) == .misunderstood("a 200 with a SIP-ETag that is none"))
    }

    @Test("the answer of RFC 3903, 15 to the first publication")
    func published() throws {
        let response = try SIPResponse(parsing: Examples.published)
        let outcome = PublishOutcome(response, to: .publish([1]), expires: 3_600)
        #expect(outcome == .published(tag: "dx200xyz", expires: 1_800))
    }

    static let table: [(String, PublishOutcome?, PublishOutcome?)] = [
        ("provisional", outcome(100), nil),
        ("without a tag", outcome(200), .misunderstood("a 200 without a SIP-ETag")),
        (
            "with two tags", outcome(200, [("SIP-ETag", "a"), ("SIP-ETag", "b")]),
            .misunderstood("a 200 with a SIP-ETag that is none")
        ),
        ("without a time", outcome(202, [("SIP-ETag", "a")]), .published(tag: "a", expires: 3_600)),
        (
            "longer than asked", outcome(200, [("SIP-ETag", "a"), ("Expires", "99999")]),
            .published(tag: "a", expires: 3_600)
        ),
        (
            "no time at all", outcome(200, [("SIP-ETag", "a"), ("Expires", "0")]),
            .misunderstood("a 200 with an Expires that cannot be")
        ),
        ("taken back", outcome(200, [("Expires", "0")], to: .remove(tag: "a")), .removed),
        ("the tag is not known", outcome(412), .conditionFailed),
        ("too short", outcome(423, [("Min-Expires", "7200")]), .tooBrief(minExpires: 7_200)),
        (
            "too short without a word", outcome(423),
            .misunderstood("a 423 without a Min-Expires that can be")
        ),
        (
            "too short for ever", outcome(423, [("Min-Expires", "4294967295")]),
            .misunderstood("a 423 without a Min-Expires that can be")
        ),
        (
            "elsewhere, by preference",
            outcome(
                302,
                [
                    ("Contact", "<sip:b@two.example.com>;q=0.5, \"C, D\" <sip:c@three.example.com:5070>"),
                    ("m", "<mailto:x@example.com>;q=0.9"), ("Contact", "sips:d@four.example.com;q=0.7"),
                ]
            ),
            .redirected([
                SIPURI(user: "c", host: "three.example.com", port: 5_070),
                SIPURI(scheme: .sips, user: "d", host: "four.example.com"), SIPURI(user: "b", host: "two.example.com"),
            ])
        ),
    ]

    @Test("what an answer means", arguments: table)
    func outcomes(_ what: String, outcome: PublishOutcome?, expected: PublishOutcome?) {
        #expect(outcome == expected)
    }

    @Test(
        "refusals: whether to try again, and whom they concern",
        arguments: [
            (403, "refused", PublishRefusal.Concern.user), (404, "refused", .user), (604, "refused", .user),
            (413, "refused", .user), (405, "refused", .server), (415, "refused", .server), (489, "refused", .server),
            (501, "refused", .server), (305, "refused", .user), (480, "busy", .user), (486, "busy", .user),
            (503, "busy", .server), (408, "failed", .server), (500, "failed", .user), (502, "failed", .server),
            (504, "failed", .server), (599, "failed", .server), (401, "refused", .server), (407, "refused", .server),
        ]
    )
    func refusals(status: Int, kind: String, concern: PublishRefusal.Concern) throws {
        switch try #require(Self.outcome(status, reason: "No")) {
        case .busy(let refusal, retryAfter: nil):
            #expect(kind == "busy" && refusal.concern == concern && refusal.status == status)
        case .failed(let refusal): #expect(kind == "failed" && refusal.concern == concern)
        case .refused(let refusal): #expect(kind == "refused" && refusal.concern == concern && refusal.reason == "No")
        case let other: Issue.record("\(other)")
        }
    }

    /// The examples of RFC 3261, 20.33.
    @Test(
        "when to come again",
        arguments: [
            ("18000;duration=3600", 18_000), ("120 (I'm in a meeting)", 120), ("0", 0), ("999999", 86_400),
            ("Fri, 26 Sep 1997 12:00:00 GMT", nil), ("-1", nil), ("12x", nil), ("", nil),
        ] as [(String, Int?)]
    )
    func retryAfter(text: String, expected: Int?) throws {
        guard case .busy(_, let seconds) = try #require(Self.outcome(503, [("Retry-After", text)])) else {
            Issue.record("not busy")
            return
        }
        #expect(seconds == expected)
    }

    @Test("a 404 that says when to come again is not for good")
    func later() throws {
        guard case .busy(let refusal, 60) = try #require(Self.outcome(404, [("Retry-After", "60")])) else {
            Issue.record("not busy")
            return
        }
        #expect(refusal.status == 404)
    }

    @Test("the reason of a refusal can be printed, and is short")
    func reason() throws {
        let reason = "\u{1B}[31mForbidden\u{202E}\u{2028}" + String(repeating: "x", count: 500)
        guard case .refused(let refusal) = try #require(Self.outcome(403, reason: reason)) else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.reason == "[31mForbidden" + String(repeating: "x", count: 87))
    }
}
