/// Writes messages of the DNS (RFC 1035, 4), right ones and wrong ones.
struct DNSMessage {
    static let srv: UInt16 = 33
    static let alias: UInt16 = 5

    var bytes: [UInt8]

    /// A question for `_autodiscover._tcp.example.com`, whose name lies at byte 12.
    init(answers: UInt16, code: UInt8 = 0, isResponse: Bool = true) {
        bytes = [0x12, 0x34, isResponse ? 0x81 : 0x01, 0x80 | code]
        append(1)
        append(answers)
        append(0)
        append(0)
        bytes += Self.name("_autodiscover._tcp.example.com")
        append(Self.srv)
        append(1)
    }

    mutating func append(_ number: UInt16) { bytes += [UInt8(number >> 8), UInt8(number & 0xFF)] }

    /// A record about the name of the question.
    mutating func append(record data: [UInt8], type: UInt16 = srv, length: UInt16? = nil) {
        append(0xC00C)
        append(type)
        append(1)
        append(0)
        append(300)
        append(length ?? UInt16(data.count))
        bytes += data
    }

    /// What an SRV record holds.
    static func service(_ priority: UInt16, _ weight: UInt16, _ port: UInt16, _ target: [UInt8]) -> [UInt8] {
        [priority, weight, port].flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } + target
    }

    /// A name in full.
    static func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }
}
