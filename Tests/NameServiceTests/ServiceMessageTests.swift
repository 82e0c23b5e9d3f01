import Testing

@testable import NameService

@Suite("SRV records on the wire")
struct ServiceMessageTests {
    @Test("the answer of a name server is read, whatever stands beside it")
    func answer() throws {
        var message = DNSMessage(answers: 3)
        message.append(record: DNSMessage.name("sip.example.net"), type: DNSMessage.alias)
        message.append(record: DNSMessage.service(10, 5, 443, DNSMessage.name("Mail.Example.com")))
        // The domain of the question, which lies behind the labels of 13 and 4 bytes, is pointed to.
        message.append(record: DNSMessage.service(0, 65_535, 8_443, [4] + Array("mail".utf8) + [0xC0, 12 + 14 + 5]))
        let expected = [
            ServiceRecord(target: "mail.example.com", port: 443, priority: 10, weight: 5),
            ServiceRecord(target: "mail.example.com", port: 8_443, priority: 0, weight: 65_535),
        ]
        #expect(try ServiceMessage.records(in: message.bytes) == expected)
    }

    static let refusals: [(String, DNSMessage, NameServiceError)] = {
        var notOffered = DNSMessage(answers: 1)
        notOffered.append(record: DNSMessage.service(0, 0, 0, [0]))
        var alias = DNSMessage(answers: 1)
        alias.append(record: DNSMessage.name("example.net"), type: DNSMessage.alias)
        return [
            ("no such name", DNSMessage(answers: 0, code: 3), .noSuchName),
            ("no record", DNSMessage(answers: 0), .noSuchRecord),
            ("no record of this kind", alias, .noSuchRecord),
            ("a dot as the target", notOffered, .notOffered),
            ("a server that fails", DNSMessage(answers: 0, code: 2), .serverFailure),
            ("a server that refuses", DNSMessage(answers: 0, code: 5), .serverFailure),
        ]
    }()

    @Test("that there is nothing is told apart from trouble", arguments: refusals)
    func refusal(_ what: String, message: DNSMessage, expected: NameServiceError) {
        #expect(throws: expected) { try ServiceMessage.records(in: message.bytes) }
    }

    static let attacks: [(String, [UInt8])] = {
        let mail = DNSMessage.name("mail.example.com")
        func message(_ data: [UInt8], answers: UInt16 = 1, length: UInt16? = nil) -> [UInt8] {
            var message = DNSMessage(answers: answers)
            message.append(record: data, length: length)
            return message.bytes
        }
        let start = UInt8(DNSMessage(answers: 1).bytes.count)
        // Behind the record's fixed part and three numbers.
        let target = start + 12 + 6
        return [
            ("nothing", []),
            ("less than a header", Array(DNSMessage(answers: 0).bytes.prefix(11))),
            ("a question", DNSMessage(answers: 0, isResponse: false).bytes),
            ("a name that points to itself", message(DNSMessage.service(0, 0, 443, [0xC0, target]))),
            ("names in a circle", message(DNSMessage.service(0, 0, 443, [1, 0x61, 0xC0, target]))),
            ("a name that points behind the end", message(DNSMessage.service(0, 0, 443, [0xFF, 0xFF]))),
            ("a label longer than the message", message(DNSMessage.service(0, 0, 443, [63, 0x61]))),
            ("a kind of label that does not exist", message(DNSMessage.service(0, 0, 443, [0x80, 0x61, 0]))),
            ("a record longer than the message", message(DNSMessage.service(0, 0, 443, mail), length: 600)),
            ("a record shorter than its numbers", message([0, 0, 0, 0], length: 4)),
            ("a name beyond its record", message(DNSMessage.service(0, 0, 443, mail), length: 10)),
            ("bytes behind the name", message(DNSMessage.service(0, 0, 443, mail + [1, 2, 3]))),
            ("fewer records than it says", message(DNSMessage.service(0, 0, 443, mail), answers: 9)),
            ("more than the message may be", [UInt8](repeating: 0x80, count: 65_536)),
            ("a line end in a name", message(DNSMessage.service(0, 0, 443, [3, 0x61, 0x0A, 0x62, 0]))),
            ("a zero in a name", message(DNSMessage.service(0, 0, 443, [3, 0x61, 0x00, 0x62, 0]))),
        ]
    }()

    @Test("what cannot be right is refused", arguments: attacks)
    func attack(_ what: String, bytes: [UInt8]) {
        #expect(throws: NameServiceError.malformedAnswer) { try ServiceMessage.records(in: bytes) }
    }

    @Test("a message cut off anywhere is refused")
    func truncated() {
        var message = DNSMessage(answers: 2)
        message.append(record: DNSMessage.service(0, 0, 443, DNSMessage.name("a.example.com")))
        message.append(record: DNSMessage.service(0, 0, 443, DNSMessage.name("b.example.com")))
        #expect((try? ServiceMessage.records(in: message.bytes))?.count == 2)
        for length in message.bytes.indices {
            #expect(throws: NameServiceError.malformedAnswer) {
                try ServiceMessage.records(in: Array(message.bytes.prefix(length)))
            }
        }
    }

    @Test("of a crowd of records the first hundred are kept")
    func crowd() throws {
        var message = DNSMessage(answers: 1_000)
        for port in 0..<1_000 as Range<UInt16> {
            message.append(record: DNSMessage.service(0, 0, port, DNSMessage.name("a.example.com")))
        }
        #expect(try ServiceMessage.records(in: message.bytes).map(\.port) == Array(0..<100))
    }
}
