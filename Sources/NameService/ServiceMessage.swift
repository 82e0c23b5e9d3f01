import CResolver

/// A message of the DNS that answers a question for SRV records (RFC 1035, 4; RFC 2782).
package enum ServiceMessage {
    /// The records in the order of the message.
    ///
    /// - Throws: `noSuchName`, `noSuchRecord`, `notOffered`, `serverFailure` or `malformedAnswer`.
    package static func records(in message: [UInt8]) throws(NameServiceError) -> [ServiceRecord] {
        // A record that says the service is not there has an empty target.
        let offered = try AnswerSection.records(of: ns_t_srv, in: message, read: record).filter { !$0.target.isEmpty }
        guard !offered.isEmpty else { throw .notOffered }
        return offered
    }

    private static func record(_ data: RecordData) -> ServiceRecord? {
        var data = data
        guard let priority = data.number(), let weight = data.number(), let port = data.number(),
            let target = data.lastName()
        else { return nil }
        return ServiceRecord(target: target, port: port, priority: priority, weight: weight)
    }
}
