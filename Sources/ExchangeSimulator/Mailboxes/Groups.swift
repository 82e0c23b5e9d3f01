/// A distribution group.
struct Group: Sendable {
    /// In lower case.
    var address: String
    /// Addresses in lower case, of mailboxes, of other groups, or of nobody here, which makes a contact of them.
    var members: [String]
    /// Whether it stands in address lists; one that does not is found by nobody.
    var isHidden = false
    /// How many members are told at most, nil for all.
    var told: Int?
    /// What every question about it is answered with, while set.
    var failure: MailboxError?
}

/// All distribution groups of the simulated server. There are none until the control interface makes some.
actor Groups {
    /// By address in lower case.
    private var groups: [String: Group] = [:]

    /// By address.
    var all: [Group] { groups.values.sorted { $0.address < $1.address } }

    /// - Returns: what an address leads to in address lists.
    func find(_ address: String) -> Result<Group, MailboxError> {
        guard let group = groups[address], !group.isHidden else {
            return .failure(
                MailboxError(code: "ErrorNameResolutionNoResults", message: "No results were found.")
            )
        }
        if let failure = group.failure { return .failure(failure) }
        return .success(group)
    }

    /// Whether there is such a group, hidden or not.
    func contains(_ address: String) -> Bool { groups[address] != nil }

    /// In place of one of the same address.
    func put(_ group: Group) {
        groups[group.address] = group
    }

    /// - Returns: false when there is no such group.
    func remove(_ address: String) -> Bool { groups.removeValue(forKey: address) != nil }
}
