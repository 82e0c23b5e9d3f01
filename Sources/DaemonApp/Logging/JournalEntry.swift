import CSystemd
import Foundation
import Logging

/// One entry of the journal with its fields (systemd.journal-fields(7)).
struct JournalEntry {
    /// `KEY=value` each.
    let fields: [String]

    init(_ message: String, level: Logger.Level, metadata: Logger.Metadata) {
        var fields = ["MESSAGE=\(message)", "PRIORITY=\(level.priority)", "SYSLOG_IDENTIFIER=freebusyd"]
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
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
