/// The keys of `[scan]`.
enum ScanKey: String, TableKey {
    case lookaheadDays = "lookahead_days"
    case interval
    case reconcile

    static let table = "[scan]"
}

extension ScanOptions {
    init(_ reader: TableReader<ScanKey>) {
        self.init()
        lookaheadDays = reader.integer(.lookaheadDays, in: 1...40) ?? lookaheadDays
        interval = reader.duration(.interval, in: 3_600...30 * 86_400) ?? interval
        reconcile = reader.durationOrNever(.reconcile, in: 60...7 * 86_400) ?? reconcile
    }
}
