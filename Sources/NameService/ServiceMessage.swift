import CResolver

/// A message of the DNS that answers a question for SRV records (RFC 1035, 4; RFC 2782).
///
/// It comes from anybody who can send us a datagram: libresolv's parser keeps to the message, also where names are
/// compressed in a circle, and what it hands over is checked once more.
package enum ServiceMessage {
    /// More servers than these have no use.
    private static let mostRecords = 100

    /// The records in the order of the message.
    ///
    /// - Throws: `noSuchName`, `noSuchRecord`, `notOffered`, `serverFailure` or `malformedAnswer`.
    package static func records(in message: [UInt8]) throws(NameServiceError) -> [ServiceRecord] {
        // The response bit, and the response code (RFC 1035, 4.1.1).
        guard message.count >= NS_HFIXEDSZ, message.count <= NS_MAXMSG, message[2] & 0x80 != 0 else {
            throw .malformedAnswer
        }
        switch message[3] & 0x0F {
        case 0: break
        case 3: throw .noSuchName
        default: throw .serverFailure
        }
        guard let records = message.withUnsafeBufferPointer(answers) else { throw .malformedAnswer }
        guard !records.isEmpty else { throw .noSuchRecord }
        let offered = records.filter { !$0.target.isEmpty }
        guard !offered.isEmpty else { throw .notOffered }
        return offered
    }

    /// `nil` where the message can not be read. A record that says the service is not there has an empty target.
    private static func answers(in message: UnsafeBufferPointer<UInt8>) -> [ServiceRecord]? {
        var handle = ns_msg()
        guard ns_initparse(message.baseAddress, Int32(message.count), &handle) == 0 else { return nil }
        var records: [ServiceRecord] = []
        for index in 0..<Int32(handle._counts.1) where records.count < mostRecords {
            var answer = ns_rr()
            guard ns_parserr(&handle, ns_s_an, index, &answer) == 0 else { return nil }
            // Others may stand beside it, such as the alias that led to it.
            guard Int(answer.type) == Int(ns_t_srv.rawValue), Int(answer.rr_class) == Int(ns_c_in.rawValue) else {
                continue
            }
            guard let record = record(answer, in: message) else { return nil }
            records.append(record)
        }
        return records
    }

    private static func record(_ answer: ns_rr, in message: UnsafeBufferPointer<UInt8>) -> ServiceRecord? {
        let length = Int(answer.rdlength)
        guard length > 6, let data = answer.rdata, let start = message.baseAddress else { return nil }
        var name = [CChar](repeating: 0, count: Int(NS_MAXDNAME))
        let end = start + message.count
        let read = ns_name_uncompress(start, end, data + 6, &name, name.count)
        guard read > 0, Int(read) == length - 6 else { return nil }
        let target = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard target == "." || HostName.isValid(target) else { return nil }
        func number(at offset: Int) -> UInt16 { UInt16(data[offset]) << 8 | UInt16(data[offset + 1]) }
        return ServiceRecord(
            target: target == "." ? "" : target.lowercased(),
            port: number(at: 4),
            priority: number(at: 0),
            weight: number(at: 2)
        )
    }
}
