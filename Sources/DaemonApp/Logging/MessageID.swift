/// The fixed identity of a kind of entry, by which `journalctl` finds entries and the catalog explains them
/// (https://systemd.io/CATALOG).
///
/// Once given it never changes. A new diagnosis or event gets one from `systemd-id128 new`, and an entry in
/// `systemd/freebusyd.catalog`; `make lint` sees to it.
struct MessageID: Hashable, Sendable {
    /// 128 bits in lower-case hexadecimal digits.
    let text: String

    /// The one of the record's diagnosis, or else of its event; `nil` where it has neither.
    init?(_ record: LogRecord) {
        let ofDiagnosis = record.fields["diagnosis"].flatMap { Self.ofDiagnoses[$0] }
        guard let text = ofDiagnosis ?? record.fields["event"].flatMap({ Self.ofEvents[$0] }) else { return nil }
        self.text = text
    }
}
