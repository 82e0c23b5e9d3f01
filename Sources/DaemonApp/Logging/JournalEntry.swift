import CSystemd
import Foundation
import Logging

/// One entry of the journal with its fields (systemd.journal-fields(7)).
struct JournalEntry {
    /// `KEY=value` each.
    let fields: [String]

    init(_ record: LogRecord) {
        var fields = [
            "MESSAGE=\(record.message)", "PRIORITY=\(record.level.priority)", "SYSLOG_IDENTIFIER=freebusyd",
        ]
        if let id = MessageID(record) { fields.append("MESSAGE_ID=\(id.text)") }
        for (key, value) in record.fields.sorted(by: { $0.key < $1.key }) {
            fields.append("FREEBUSYD_\(key.uppercased())=\(value)")
        }
        self.fields = fields
    }

    func send() {
        let texts = fields.map { strdup($0) }
        defer { for text in texts { free(text) } }
        let vectors = texts.map { iovec(iov_base: $0, iov_len: $0.map { strlen($0) } ?? 0) }
        // A journal that is not there drops the entry and says success; one that refuses leaves nothing to be done.
        _ = vectors.withUnsafeBufferPointer { sd_journal_sendv($0.baseAddress, Int32($0.count)) }
    }
}

extension Logger.Level {
    /// The priority of syslog(3) that the journal sorts by.
    var priority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
