/// The way from a group to everybody in it, through the groups it holds: which one to ask about next, and who was found.
///
/// Breadth first; each group is asked about once, so that groups that hold each other, or themselves, come to an end.
/// What cannot be expanded is noted, and the rest is used.
package struct GroupExpansion: Sendable {
    /// How far the way goes at most.
    package struct Limits: Hashable, Sendable {
        /// Groups asked about, the first one among them.
        package var groups: Int
        /// Groups one inside the other, the first one among them.
        package var depth: Int
        /// Mailboxes; as many as a users file has lines.
        package var members: Int

        package init(groups: Int = 1_000, depth: Int = 50, members: Int = 100_000) {
            self.groups = groups
            self.depth = depth
            self.members = members
        }
    }

    /// The group that all begins with.
    package let root: MailboxAddress
    /// Each mailbox once, in the order in which they were found.
    package private(set) var members: [DirectoryMember] = []
    /// How often something stood in a group that is neither mailbox nor group, and was left out.
    package private(set) var leftOut = 0
    /// Why there may be more members than these, in the order in which it was found; at most two for each group.
    package private(set) var failures: [DirectoryFailure] = []

    private let limits: Limits
    /// Every group found, in the order to ask about them, and how deep it lies.
    private var groups: [(address: MailboxAddress, depth: Int)]
    private var asked = 0
    private var knownGroups: Set<MailboxAddress>
    private var knownMembers: Set<MailboxAddress> = []
    private var isCutShort = false

    package init(of root: MailboxAddress, limits: Limits = Limits()) {
        self.root = root
        self.limits = limits
        groups = [(root, 1)]
        knownGroups = [root]
    }

    /// The group to ask about next; `nil` where the way is at its end.
    package var next: MailboxAddress? { asked < groups.count ? groups[asked].address : nil }

    /// Whether `members` are all there are. Not before the end of the way.
    package var isComplete: Bool { next == nil && failures.isEmpty }

    /// Takes what was told of the group `next`.
    package mutating func take(_ answer: Result<DirectoryReading, DirectoryFailure>) {
        guard let next else { return }
        let depth = groups[asked].depth
        asked += 1
        switch answer {
        case .failure(let failure): failures.append(failure)
        case .success(let reading):
            if let failure = reading.failure { failures.append(failure) }
            // Some servers say this of a group that is not there, and Exchange of one that hides its members.
            if next == root, reading.entries.isEmpty, reading.failure == nil {
                failures.append(DirectoryFailure(.groupEmpty(root.text), retry: .later))
            }
            for entry in reading.entries { take(entry, at: depth) }
        }
    }

    /// Ends the way: the server cannot be asked about anything more.
    package mutating func giveUp(_ failure: SourceFailure) {
        guard next != nil else { return }
        failures.append(DirectoryFailure(failure.diagnosis, retry: failure.retry))
        asked = groups.count
    }

    private mutating func take(_ entry: DirectoryEntry, at depth: Int) {
        switch entry {
        case .other: leftOut += 1
        case .mailbox(let member):
            guard !knownMembers.contains(member.address) else { return }
            guard members.count < limits.members else { return cutShort() }
            knownMembers.insert(member.address)
            members.append(member)
        case .group(let group):
            guard !knownGroups.contains(group) else { return }
            guard groups.count < limits.groups, depth < limits.depth else { return cutShort() }
            knownGroups.insert(group)
            groups.append((group, depth + 1))
        }
    }

    /// Told once, however much is beyond the limits. Asking again soon would ask much and find the same.
    private mutating func cutShort() {
        guard !isCutShort else { return }
        isCutShort = true
        failures.append(DirectoryFailure(.groupTooLarge(root.text, limits), retry: .after(86_400)))
    }
}

extension Diagnosis {
    fileprivate static func groupEmpty(_ group: String) -> Diagnosis {
        Diagnosis(
            id: "group.empty",
            summary: "The server says that the group \(group) has no members.",
            remedy: "Check the address, and that the group does not hide its members (HiddenGroupMembershipEnabled). "
                + "Whoever was known of it stays; if nobody is to stay, remove its table [[user_group]]."
        )
    }

    fileprivate static func groupTooLarge(_ group: String, _ limits: GroupExpansion.Limits) -> Diagnosis {
        Diagnosis(
            id: "group.too-large",
            summary: "The group \(group) is larger than is read: \(limits.members) mailboxes, \(limits.groups) groups "
                + "within it, \(limits.depth) one inside the other.",
            remedy: "Name smaller groups in tables [[user_group]] of their own. What is beyond is left out."
        )
    }
}
