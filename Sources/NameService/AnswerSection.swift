import CResolver

/// The answers in a message of the DNS (RFC 1035, 4).
///
/// It comes from anybody who can send us a datagram: libresolv's parser keeps to the message, also where names are
/// compressed in a circle, and what it hands over is checked once more.
enum AnswerSection {
    /// More records than these have no use.
    private static let mostRecords = 100

    /// The records of one type, in the order of the message, not empty.
    ///
    /// - Parameter read: makes something of a record; `nil` where it can not be read, which spoils the message.
    /// - Throws: `noSuchName`, `noSuchRecord`, `serverFailure` or `malformedAnswer`.
    static func records<Record>(
        of type: ns_type,
        in message: [UInt8],
        read: (RecordData) -> Record?
    ) throws(NameServiceError) -> [Record] {
        // The response bit, and the response code (RFC 1035, 4.1.1).
        guard message.count >= NS_HFIXEDSZ, message.count <= NS_MAXMSG, message[2] & 0x80 != 0 else {
            throw .malformedAnswer
        }
        switch message[3] & 0x0F {
        case 0: break
        case 3: throw .noSuchName
        default: throw .serverFailure
        }
        let records = message.withUnsafeBufferPointer { answers(of: type, in: $0, read: read) }
        guard let records else { throw .malformedAnswer }
        guard !records.isEmpty else { throw .noSuchRecord }
        return records
    }

    private static func answers<Record>(
        of type: ns_type,
        in message: UnsafeBufferPointer<UInt8>,
        read: (RecordData) -> Record?
    ) -> [Record]? {
        var handle = ns_msg()
        guard ns_initparse(message.baseAddress, Int32(message.count), &handle) == 0 else { return nil }
        var records: [Record] = []
        for index in 0..<Int32(handle._counts.1) where records.count < mostRecords {
            var answer = ns_rr()
            guard ns_parserr(&handle, ns_s_an, index, &answer) == 0 else { return nil }
            // Others may stand beside it, such as the alias that led to it.
            guard Int(answer.type) == Int(type.rawValue), Int(answer.rr_class) == Int(ns_c_in.rawValue) else {
                continue
            }
            guard let data = RecordData(answer, in: message), let record = read(data) else { return nil }
            records.append(record)
        }
        return records
    }
}

/// What a record holds, read from its beginning to its end; not to be kept beyond its message.
struct RecordData {
    private let message: UnsafeBufferPointer<UInt8>
    private let bytes: UnsafeBufferPointer<UInt8>
    private var offset = 0

    fileprivate init?(_ answer: ns_rr, in message: UnsafeBufferPointer<UInt8>) {
        guard let data = answer.rdata else { return nil }
        self.message = message
        bytes = UnsafeBufferPointer(start: data, count: Int(answer.rdlength))
    }

    mutating func number() -> UInt16? {
        guard bytes.count - offset >= 2 else { return nil }
        defer { offset += 2 }
        return UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
    }

    /// `<character-string>` (RFC 1035, 3.3). Bytes that are no UTF-8 are replaced.
    mutating func string() -> String? {
        guard offset < bytes.count, bytes.count - offset > Int(bytes[offset]) else { return nil }
        let start = offset + 1
        offset = start + Int(bytes[offset])
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    /// A domain name in lower case, with which the record ends; `""` is the root.
    mutating func lastName() -> String? {
        guard offset < bytes.count, let start = message.baseAddress, let data = bytes.baseAddress else { return nil }
        var name = [CChar](repeating: 0, count: Int(NS_MAXDNAME))
        let read = ns_name_uncompress(start, start + message.count, data + offset, &name, name.count)
        guard read > 0, Int(read) == bytes.count - offset else { return nil }
        offset = bytes.count
        let text = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard text == "." || HostName.isValid(text) else { return nil }
        return text == "." ? "" : text.lowercased()
    }
}
