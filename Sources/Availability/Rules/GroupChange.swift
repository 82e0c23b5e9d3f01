/// What an expansion changes about the members that are known of a group.
package struct GroupChange: Hashable, Sendable {
    /// Those known from now on, sorted by address.
    package var members: [DirectoryMember]
    /// Those not known before, sorted.
    package var came: [MailboxAddress]
    /// Those known no longer, sorted.
    package var went: [MailboxAddress]
    /// Whether there is anything new, were it only a name.
    package var isChange: Bool

    /// Nobody goes on an incomplete answer: who was known before may well be in the part that failed.
    ///
    /// - Parameters:
    ///   - former: known before, in any order, each address once.
    ///   - limit: who came goes before who was known before.
    package init(from former: [DirectoryMember], by expansion: GroupExpansion, limit: Int = 100_000) {
        var members = Dictionary(expansion.members.map { ($0.address, $0) }) { first, _ in first }
        let before = Dictionary(former.map { ($0.address, $0) }) { first, _ in first }
        if !expansion.isComplete {
            for member in former.sorted(by: { $0.address < $1.address }) where members.count < limit {
                members[member.address] = members[member.address] ?? member
            }
        }
        self.members = members.values.sorted { $0.address < $1.address }
        came = members.keys.filter { before[$0] == nil }.sorted()
        went = before.keys.filter { members[$0] == nil }.sorted()
        isChange = members != before
    }
}
