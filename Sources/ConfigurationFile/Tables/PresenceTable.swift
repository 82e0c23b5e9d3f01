internal import Availability

/// The keys of `[presence]`.
enum PresenceKey: String, TableKey {
    case free
    case tentative
    case busy
    case outOfOffice = "out_of_office"
    case workingElsewhere = "working_elsewhere"
    case noData = "no_data"
    case automaticReply = "automatic_reply"
    case staleAfter = "stale_after"

    static let table = "[presence]"
}

extension PresenceRules {
    /// - Parameter scan: how often calendars are read, from which follows the age at which one is stale unless the file
    ///   says it.
    init(_ reader: TableReader<PresenceKey>, scan: ScanOptions) {
        self.init(staleAfter: scan.expectedAge)
        free = reader.choice(.free) ?? free
        tentative = reader.choice(.tentative) ?? tentative
        busy = reader.choice(.busy) ?? busy
        outOfOffice = reader.choice(.outOfOffice) ?? outOfOffice
        workingElsewhere = reader.choice(.workingElsewhere) ?? workingElsewhere
        noData = reader.choice(.noData) ?? noData
        automaticReply = reader.choice(.automaticReply) ?? automaticReply
        staleAfter = reader.duration(.staleAfter, in: 3_600...90 * 86_400) ?? staleAfter
    }
}
