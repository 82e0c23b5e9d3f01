package import Availability

extension Configuration {
    /// How many users come from groups at most; as many as a users file has lines.
    package static let mostMembers = UserList.mostLines

    /// The users of the file, followed by the members of its groups, in the order of the groups.
    ///
    /// Who stands in the file is described there, and the groups add nothing; who is in several groups belongs to the
    /// first. A member is read through the connector of its mail domain, else through that of the group.
    /// - Parameter members: what is known of groups, also of such as are not in the file.
    package func users(with members: [MailboxAddress: [DirectoryMember]]) -> [User] {
        guard !userGroups.isEmpty else { return users }
        var all = users
        var known = Set(users.map(\.address))
        let connectorsByDomain = Dictionary(
            connectors.flatMap { connector in connector.mailDomains.map { ($0, connector.name) } },
            uniquingKeysWith: { first, _ in first }
        )
        for group in userGroups {
            for member in members[group.address] ?? [] where all.count - users.count < Self.mostMembers {
                guard known.insert(member.address).inserted else { continue }
                all.append(
                    User(
                        address: member.address,
                        displayName: member.displayName,
                        isEnabled: group.isEnabled,
                        connector: connectorsByDomain[String(member.address.domain)] ?? group.connector
                    )
                )
            }
        }
        return all
    }
}
