import Availability

/// What another setup means for those who are served: who goes, who must be read, and which connections end or begin.
struct ServiceChange {
    /// Which connector reads each mailbox from now on.
    let connectorOf: [MailboxAddress: String]
    /// Nobody reads these any more.
    let gone: Set<MailboxAddress>
    /// The reader that had these until now has them no longer.
    let withdrawn: Set<MailboxAddress>
    /// Nobody read these until now.
    let came: Set<MailboxAddress>
    /// These must be read: they came, or their connection is another one by now.
    let unread: Set<MailboxAddress>
    /// Connectors whose connection ends; in some cases another one of the same name takes its place.
    let closing: Set<String>
    /// Connectors whose connection begins.
    let opening: Set<String>

    /// - Parameters:
    ///   - before: the connector of each mailbox until now.
    ///   - users: all, also those that are not enabled.
    init(
        from before: [MailboxAddress: String],
        _ formerSources: [any CalendarSource],
        to users: [User],
        _ sources: [any CalendarSource]
    ) {
        let enabled = users.lazy.filter(\.isEnabled).map { ($0.address, $0.connector) }
        let after = Dictionary(enabled) { first, _ in first }
        let former = Dictionary(uniqueKeysWithValues: formerSources.map { ($0.name, $0) })
        let kept = Set(sources.filter { former[$0.name] === $0 }.map(\.name))
        let opening = Set(sources.map(\.name)).subtracting(kept)
        let gone = Set(before.keys.filter { after[$0] == nil })
        let moved = before.keys.filter { after[$0] != nil && after[$0] != before[$0] }
        connectorOf = after
        self.gone = gone
        withdrawn = gone.union(moved)
        came = Set(after.keys.filter { before[$0] == nil })
        unread = Set(after.filter { before[$0.key] != $0.value || opening.contains($0.value) }.keys)
        closing = Set(former.keys).subtracting(kept)
        self.opening = opening
    }
}
