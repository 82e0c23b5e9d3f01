import TestSupport
import Testing

@testable import SIPMessages

/// What comes from the network is read or refused, and brings nothing down. The seeds are fixed, so that every run tries
/// the same damage.
@Suite("Damaged messages")
struct DamageTests {
    private static let messages: [[UInt8]] = [
        Examples.published, Examples.unusualReason, Examples.severalVias, Examples.options, challenge, elsewhere,
    ]

    private static let challenge = Examples.wire(
        """
        SIP/2.0 401 Unauthorized
        Via: SIP/2.0/TLS [2001:db8::9:1]:5061;branch=z9hG4bKabc;rport=5061;received=2001:db8::9:1
        CSeq: 2 PUBLISH
        WWW-Authenticate: Digest realm="a \\"b\\", c", nonce="n", algorithm=SHA-256, qop="auth,auth-int", stale=true
        WWW-Authenticate: Digest realm="a", nonce="n", opaque="", algorithm=MD5, Basic realm="b"
        Retry-After: 120 (I'm in a meeting);duration=60
        Min-Expires: 60
        Content-Length: 0


        """
    )

    private static let elsewhere = Examples.wire(
        """
        SIP/2.0 302 Moved
        Via: SIP/2.0/UDP a;branch=z9hG4bKabc
        CSeq: 2 PUBLISH
        Contact: "A, \\"B\\" <" <sip:%41*43%23:@b.example.com:5070;transport=tcp?x=y>;q=0.5, <sips:[::1]>;q=1
        Content-Length: 0


        """
    )

    /// Uses everything that reads what a server says; gives whether it was taken.
    private static func isTaken(_ bytes: [UInt8]) -> Bool {
        var reader = SIPStreamReader()
        reader.append(bytes)
        // Each takes at least a byte.
        for _ in 0...bytes.count {
            guard (try? reader.next()) != nil else { break }
        }
        guard let message = try? SIPMessage(parsing: bytes) else { return false }
        switch message {
        case .request(let request):
            _ = try? SIPResponse(to: request, status: 481, reason: "Gone", tag: "a").bytes
        case .response(let response):
            _ = response.transaction
            for action in [PublishRequest.Action.publish([]), .remove(tag: "a")] {
                guard case .challenged(let challenge) = PublishOutcome(response, to: action, expires: 3_600) else {
                    continue
                }
                var answer = DigestAnswer(to: challenge, username: "a", password: "b", ownNonce: "c")
                var request = SIPRequest(method: "PUBLISH", uri: "sip:a@b")
                if let field = answer?.header(method: "PUBLISH", uri: "sip:a@b") {
                    request.headers.append(field.name, field.value)
                }
                // Whatever the challenge held, its answer can be written.
                #expect(throws: Never.self) { try request.bytes }
            }
        }
        return true
    }

    @Test("flipped, lost, doubled and foreign bytes are survived", arguments: messages.indices)
    func damaged(number: Int) {
        var random = SplitMix(seed: 20_261_123)
        let rounds = 1_000
        var taken = 0
        for _ in 0..<rounds {
            var bytes = Self.messages[number]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: bytes[place] = Array("\r\n\u{0}\",;<>=: %\\()@[]".utf8).randomElement(using: &random) ?? 0
                case 2: bytes.remove(at: place)
                case 3: bytes.insert(bytes[place], at: place)
                default: bytes.insert(contentsOf: bytes[place...].prefix(40), at: place)
                }
            }
            if Self.isTaken(bytes) { taken += 1 }
        }
        // Damage to a value goes through, damage to a name or a line does not: both must have been tried.
        #expect(taken > 0 && taken < rounds)
    }

    @Test("noise is survived")
    func noise() {
        var random = SplitMix(seed: 7)
        let alphabet = Array("\r\n\u{0}\",;<>=: %\\()@[]SIP/2.0 200 OKViaContentLnghb-19\u{FF}".utf8)
        for _ in 0..<5_000 {
            let length = Int.random(in: 0..<300, using: &random)
            let noise = (0..<length).map { _ in alphabet.randomElement(using: &random) ?? 0 }
            _ = Self.isTaken(noise)
            _ = Self.isTaken(Array("SIP/2.0 401 \r\nWWW-Authenticate: Digest ".utf8) + noise + Array("\r\n\r\n".utf8))
            let text = String(decoding: noise, as: UTF8.self)
            _ = (SIPURI("sip:" + text), NameAddress(text), ViaHeader("SIP/2.0/UDP " + text), RetryAfter.seconds(text))
        }
    }

    /// Time that grows with the square of the length would be noticed by whoever runs this: 65,536 bytes a byte at a time.
    @Test("a stream that comes in single bytes is read as it comes")
    func trickle() throws {
        var reader = SIPStreamReader()
        let half = String(repeating: "x", count: 30_000)
        let bytes = Array("SIP/2.0 200 OK\r\nA: \(half)\r\nl: 30000\r\n\r\n\(half)".utf8)
        var early = 0
        for byte in bytes.dropLast() {
            reader.append(CollectionOfOne(byte))
            if try reader.next() != nil { early += 1 }
        }
        #expect(early == 0)
        reader.append(bytes.suffix(1))
        #expect(try reader.next() != nil)
    }
}
