/// What a calendar says of a stretch of time; the raw values are those of the control API and of the database.
package enum BusyType: String, CaseIterable, Hashable, Sendable {
    case free
    case tentative
    case busy
    case outOfOffice = "out_of_office"
    case workingElsewhere = "working_elsewhere"
    /// The server has an entry here but does not tell what it is.
    case noData = "no_data"
}
