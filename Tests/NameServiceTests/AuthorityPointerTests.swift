import TestSupport
import Testing

@testable import NameService

@Suite("NAPTR records on the wire")
struct AuthorityPointerTests {
    /// As dnspython 2.9.2 writes the records of RFC 3263, 4.1 (names compressed, which RFC 3597 forbids, and some do),
    /// one of them in other letters, and one of RFC 3761.
    private static let example = bytes(
        """
        123481000001000400000000076578616d706c6503636f6d0000230001c00c002300010000012c0026005a00320173075349502b44325400\
        045f736970045f746370076578616d706c6503636f6d00c00c002300010000012c002800320032017308534950532b44325400055f736970\
        73045f746370076578616d706c6503636f6d00c00c002300010000012c0026006400320153077369702b64327500045f736970045f756470\
        074578616d706c6503636f6d00c00c002300010000012c002b006400460175074532552b7369701b215e2e2a24217369703a696e666f4065\
        78616d706c652e636f6d2100
        """
    )

    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = Array(hexadecimal)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
    }

    private static let pointers = [
        AuthorityPointer(
            order: 90,
            preference: 50,
            flags: "s",
            services: "SIP+D2T",
            replacement: "_sip._tcp.example.com"
        ),
        AuthorityPointer(
            order: 50,
            preference: 50,
            flags: "s",
            services: "SIPS+D2T",
            replacement: "_sips._tcp.example.com"
        ),
        AuthorityPointer(
            order: 100,
            preference: 50,
            flags: "S",
            services: "sip+d2u",
            replacement: "_sip._udp.example.com"
        ),
        AuthorityPointer(
            order: 100,
            preference: 70,
            flags: "u",
            services: "E2U+sip",
            expression: "!^.*$!sip:info@example.com!",
            replacement: ""
        ),
    ]

    @Test("the answer of another program is read")
    func answer() throws {
        #expect(try AuthorityPointer.records(in: Self.example) == Self.pointers)
    }

    @Test("a message cut off anywhere is refused")
    func truncated() {
        for length in Self.example.indices {
            #expect(throws: NameServiceError.malformedAnswer) {
                try AuthorityPointer.records(in: Array(Self.example.prefix(length)))
            }
        }
    }

    @Test("an answer without such records is told apart from trouble")
    func nothing() {
        var message = DNSMessage(answers: 1)
        message.append(record: DNSMessage.service(0, 0, 443, DNSMessage.name("a.example.com")))
        #expect(throws: NameServiceError.noSuchRecord) { try AuthorityPointer.records(in: message.bytes) }
        #expect(throws: NameServiceError.noSuchName) {
            try AuthorityPointer.records(in: DNSMessage(answers: 0, code: 3).bytes)
        }
        #expect(throws: NameServiceError.serverFailure) {
            try AuthorityPointer.records(in: DNSMessage(answers: 0, code: 4).bytes)
        }
    }

    static let attacks: [(String, [UInt8])] = {
        let name = DNSMessage.name("a.example.com")
        return [
            ("nothing", []), ("no strings", [0, 1, 0, 2]), ("a string beyond the record", [0, 1, 0, 2, 9, 0x73]),
            ("two strings", [0, 1, 0, 2, 1, 0x73, 1, 0x73]), ("no name", [0, 1, 0, 2, 0, 0, 0]),
            ("bytes behind the name", [0, 1, 0, 2, 0, 0, 0] + name + [1]),
            ("a name in a circle", [0, 1, 0, 2, 0, 0, 0, 0xC0, UInt8(DNSMessage(answers: 1).bytes.count) + 19]),
            ("a line end in a name", [0, 1, 0, 2, 0, 0, 0, 3, 0x61, 0x0A, 0x62, 0]),
        ]
    }()

    @Test("what cannot be right is refused", arguments: attacks)
    func attack(_ what: String, data: [UInt8]) {
        var message = DNSMessage(answers: 1)
        message.append(record: data, type: 35)
        #expect(throws: NameServiceError.malformedAnswer) { try AuthorityPointer.records(in: message.bytes) }
    }

    @Test("flipped bytes are survived")
    func flipped() {
        var random = SplitMix(seed: 20_261_123)
        var taken = 0
        for _ in 0..<5_000 {
            var bytes = Self.example
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if (try? AuthorityPointer.records(in: bytes)) != nil { taken += 1 }
        }
        #expect(taken > 0 && taken < 5_000)
    }

    @Test("strings that are no UTF-8 are replaced")
    func foreignBytes() throws {
        var message = DNSMessage(answers: 1)
        message.append(record: [0, 1, 0, 2, 1, 0xFF, 0, 0] + DNSMessage.name("a.example.com"), type: 35)
        #expect(try AuthorityPointer.records(in: message.bytes).map(\.flags) == ["\u{FFFD}"])
    }
}
