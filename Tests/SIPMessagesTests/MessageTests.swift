import Testing

@testable import SIPMessages

@Suite("Messages of SIP")
struct MessageTests {
    @Test("the answer to a publication, whose Via is folded (RFC 3903, 15)")
    func published() throws {
        let response = try SIPResponse(parsing: Examples.published)
        #expect(response.status == 200)
        #expect(response.reason == "OK")
        #expect(response.headers["sip-etag"] == "dx200xyz")
        #expect(response.headers["EXPIRES"] == "1800")
        #expect(response.transaction == TransactionKey(branch: "z9hG4bK652hsge", method: "PUBLISH"))
        let via = try #require(response.headers["Via"].flatMap(ViaHeader.init))
        #expect(via.received == "192.0.2.3")
        #expect(NameAddress(response.headers["To"] ?? "")?.parameters["tag"] == "1a2b3c4d")
    }

    @Test("a reason in any language, and a body (RFC 4475, 3.1.1.12)")
    func unusualReason() throws {
        let response = try SIPResponse(parsing: Examples.unusualReason)
        #expect(response.reason == "= 2**3 * 5**2 но сто девяносто девять - простое")
        #expect(response.body.count == 154)
        #expect(response.body.starts(with: "v=0\r\n".utf8))
        #expect(NameAddress(response.headers["from"] ?? "")?.uri == "sip:user@example.com")
    }

    @Test("no reason at all (RFC 4475, 3.1.1.13), with the blank and without")
    func noReason() throws {
        let response = try SIPResponse(parsing: Examples.noReason)
        #expect(response.status == 100 && response.reason.isEmpty && response.isProvisional)
        let shorter = String(decoding: Examples.noReason, as: UTF8.self).replacing("100 \r\n", with: "100\r\n")
        #expect(try SIPResponse(parsing: Array(shorter.utf8)) == response)
    }

    @Test("a status that no number holds (RFC 4475, 3.1.2.19)")
    func overlargeStatus() {
        #expect(throws: SIPSyntaxError.malformedStartLine) { try SIPResponse(parsing: Examples.overlargeStatus) }
    }

    @Test("several Vias in one field and in several, and compact names")
    func severalVias() throws {
        let response = try SIPResponse(parsing: Examples.severalVias)
        let vias = response.headers.list("Via").compactMap(ViaHeader.init)
        #expect(vias.map(\.host) == ["server10.biloxi.com", "bigbox3.site3.atlanta.com", "pc33.atlanta.com"])
        #expect(vias.map(\.branch) == ["z9hG4bK4b43c2ff8.1", "z9hG4bK77ef4c2312983.1", "z9hG4bK776asdhds"])
        #expect(vias.map(\.received) == ["192.0.2.3", "192.0.2.2", "192.0.2.1"])
        #expect(response.headers["Call-ID"] == "a84b4c76e66710")
        #expect(response.headers.all("contact") == ["<sip:bob@192.0.2.4>"])
    }

    @Test("ends of lines without CR, ends of lines before the message, and a body without a length")
    func tolerance() throws {
        let bytes = Array("\r\n\r\nSIP/2.0 200 OK\nSIP-ETag : a\nVia:\n SIP/2.0/UDP\n\thost\n\nbody".utf8)
        let response = try SIPResponse(parsing: bytes)
        #expect(response.headers["SIP-ETag"] == "a")
        #expect(response.headers["Via"] == "SIP/2.0/UDP host")
        #expect(response.body == Array("body".utf8))
    }

    @Test("of a datagram, what is behind the body is not of the message (RFC 3261, 18.3)")
    func longDatagram() throws {
        let response = try SIPResponse(parsing: Array("SIP/2.0 200 OK\r\nl: 2\r\n\r\nabcd".utf8))
        #expect(response.body == Array("ab".utf8))
    }

    @Test(
        "what is no message",
        arguments: [
            ("", SIPSyntaxError.empty), ("\r\n\r\n", .empty), ("SIP/2.0 200 OK\r\n", .truncated),
            ("SIP/2.0 200 OK\r\nVia: a\r\n", .truncated), ("SIP/3.0 200 OK\r\n\r\n", .malformedStartLine),
            ("SIP/2.0 99 OK\r\n\r\n", .malformedStartLine), ("SIP/2.0 700 OK\r\n\r\n", .malformedStartLine),
            ("SIP/2.0 ２００ OK\r\n\r\n", .malformedStartLine), ("HTTP/1.1 200 OK\r\n\r\n", .malformedStartLine),
            ("GET / HTTP/1.1\r\n\r\n", .malformedStartLine), ("SIP/2.0 200 OK\r\n: a\r\n\r\n", .malformedHeader),
            ("SIP/2.0 200 OK\r\nno colon\r\n\r\n", .malformedHeader),
            ("SIP/2.0 200 OK\r\n folded: nothing\r\n\r\n", .malformedHeader),
            ("SIP/2.0 200 OK\r\nA: b\rc\r\n\r\n", .malformedHeader),
            ("SIP/2.0 200 OK\r\nA: b\u{0}c\r\n\r\n", .malformedHeader),
            ("SIP/2.0 200 OK\r\nl: -1\r\n\r\n", .malformedLength),
            ("SIP/2.0 200 OK\r\nl: 1\r\nContent-Length: 2\r\n\r\nabc", .malformedLength),
            ("SIP/2.0 200 OK\r\nl: 99999999999999999999\r\n\r\n", .malformedLength),
            ("SIP/2.0 200 OK\r\nl: 65537\r\n\r\n", .tooLarge), ("SIP/2.0 200 OK\r\nl: 5\r\n\r\nabcd", .shortBody),
        ]
    )
    func refusal(text: String, expected: SIPSyntaxError) {
        #expect(throws: expected) { try SIPMessage(parsing: Array(text.utf8)) }
    }

    @Test("two hundred header fields are read, one more is not; so are 65,536 bytes")
    func bounds() throws {
        func message(_ count: Int) -> [UInt8] {
            Array(("SIP/2.0 200 OK\r\n" + String(repeating: "A: b\r\n", count: count) + "\r\n").utf8)
        }
        #expect(try SIPResponse(parsing: message(200)).headers.fields.count == 200)
        #expect(throws: SIPSyntaxError.tooLarge) { try SIPResponse(parsing: message(201)) }
        let start = Array("SIP/2.0 200 OK\r\n\r\n".utf8)
        let whole = start + [UInt8](repeating: 0x61, count: 65_536 - start.count)
        #expect(try SIPResponse(parsing: whole).body.count == 65_536 - start.count)
        #expect(throws: SIPSyntaxError.tooLarge) { try SIPResponse(parsing: whole + [0x61]) }
    }

    @Test(
        "nothing that would end its line is written",
        arguments: ["a\r\nEvil: b", "a\nEvil: b", "a\rb", "a\u{0}b", "e\u{301}\r\n"]
    )
    func injection(text: String) {
        func isRefused(_ change: (inout SIPRequest) -> Void) -> Bool {
            var request = SIPRequest(method: "OPTIONS", uri: "sip:a@example.com")
            #expect(throws: Never.self) { try request.bytes }
            change(&request)
            do throws(SIPSyntaxError) {
                _ = try request.bytes
                return false
            } catch {
                return error == .forbiddenCharacter
            }
        }
        #expect(isRefused { $0.headers.append("Subject", text) })
        #expect(isRefused { $0.headers.append(text, "b") })
        #expect(isRefused { $0.uri += text })
        #expect(isRefused { $0.method += text })
        #expect(throws: SIPSyntaxError.forbiddenCharacter) { try SIPResponse(status: 200, reason: text).bytes }
    }

    @Test("the length of a body is written once, whatever was said of it")
    func length() throws {
        var request = SIPRequest(method: "PUBLISH", uri: "sip:a@example.com", body: Array("é".utf8))
        request.headers.append("l", "9")
        request.headers.append("Event", "presence")
        let text = String(decoding: try request.bytes, as: UTF8.self)
        #expect(text == "PUBLISH sip:a@example.com SIP/2.0\r\nEvent: presence\r\nContent-Length: 2\r\n\r\né")
    }

    @Test("a question whether we are there is answered with what it says of itself (RFC 3261, 8.2.6.2)")
    func answer() throws {
        guard case .request(let request) = try SIPMessage(parsing: Examples.options) else {
            Issue.record("no request")
            return
        }
        #expect(request.method == "OPTIONS" && request.uri == "sip:carol@chicago.com")
        let response = SIPResponse(to: request, status: 405, reason: "Method Not Allowed", tag: "93810874")
        let expected = Examples.wire(
            """
            SIP/2.0 405 Method Not Allowed
            Via: SIP/2.0/UDP pc33.atlanta.com;branch=z9hG4bKhjhs8ass877
            From: Alice <sip:alice@atlanta.com>;tag=1928301774
            To: <sip:carol@chicago.com>;tag=93810874
            Call-ID: a84b4c76e66710
            CSeq: 63104 OPTIONS
            Content-Length: 0


            """
        )
        #expect(try response.bytes == expected)
    }

    @Test("fields are set and removed by any of their names")
    func changes() {
        var headers = SIPHeaders([SIPHeader("v", "1"), SIPHeader("Via", "2"), SIPHeader("To", "a")])
        headers.set("VIA", "3")
        #expect(headers.fields == [SIPHeader("To", "a"), SIPHeader("VIA", "3")])
        headers.remove("t")
        #expect(headers.all("To").isEmpty)
    }
}
