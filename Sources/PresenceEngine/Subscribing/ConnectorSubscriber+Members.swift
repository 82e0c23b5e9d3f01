package import Availability
import Foundation

/// Who is subscribed to: mailboxes come and go with the configuration.
extension ConnectorSubscriber {
    /// Subscribes to these from now on and to nobody else. Whoever was served before keeps what he has. Who goes is let go
    /// of at once; who comes has to wait until it is known with whom he belongs together, for which nobody waits here.
    package func serve(_ mailboxes: Set<MailboxAddress>) {
        guard hasBegun, !isStopped, choice.method != nil, mailboxes != wanted else { return }
        let gone = wanted.subtracting(mailboxes)
        wanted = mailboxes
        narrator.serve(mailboxes.count, gone: gone, at: scheduler.now)
        dismiss(gone)
        if admission == nil, !wanted.isSubset(of: groupOf.keys) {
            begun += 1
            admission = Task { await self.takeInNewcomers() }
        }
        pump()
    }

    private func dismiss(_ gone: Set<MailboxAddress>) {
        let left = Dictionary(grouping: gone) { groupOf[$0] }
        for mailbox in gone {
            groupOf[mailbox] = nil
            groupings[mailbox] = nil
            for leftover in leftovers.removeValue(forKey: mailbox) ?? [] { leave(leftover) }
        }
        for (number, members) in left {
            guard let number, let method = choice.method else { continue }
            carryOut(groups[number].leave(Set(members), at: scheduler.now), of: number)
            guard groups[number].members.isEmpty else { continue }
            narrator.abandoned(number)
            limited.set(number, at: nil)
            // Whoever is put into it begins afresh.
            carryOut(groups[number].use(method, at: scheduler.now), of: number)
            if probed == number { choice.postponeProbe(at: scheduler.now) }
        }
    }

    /// Who comes while the server is asked about others is asked about next.
    private func takeInNewcomers() async {
        defer { admission = nil }
        while case let newcomers = wanted.subtracting(groupOf.keys), !newcomers.isEmpty {
            await learnGroupings(of: newcomers)
            guard !isStopped, let method = choice.method else { return }
            for (grouping, members) in grouped(newcomers.intersection(wanted)) { admit(members, grouping, method) }
            pump()
        }
    }

    /// Groups of their own for as many as fill one; each of the others costs one group an interruption.
    private func admit(_ newcomers: [MailboxAddress], _ grouping: String?, _ method: NotificationMethod) {
        let crowd = newcomers.prefix(newcomers.count - newcomers.count % source.channelLimit)
        let first = groups.count
        makeGroups(of: crowd, grouping, method)
        for number in groups.indices[first...] {
            carryOut(groups[number].advance(at: scheduler.now), of: number)
        }
        place(newcomers[crowd.endIndex...], grouping, method)
    }

    /// Asks which of these are looked after together. Who was asked about before is asked about again: it may have changed.
    private func learnGroupings(of newcomers: Set<MailboxAddress>) async {
        let told = await source.groupings(of: newcomers.sorted())
        groupings.merge(told.filter { newcomers.contains($0.key) && wanted.contains($0.key) }) { _, new in new }
    }

    /// Those who are looked after together, each sorted.
    private func grouped(_ mailboxes: Set<MailboxAddress>) -> [(grouping: String?, members: [MailboxAddress])] {
        Dictionary(grouping: mailboxes.sorted()) { groupings[$0] }
            .map { (grouping: $0.key, members: $0.value) }
            .sorted { ($0.grouping ?? "") < ($1.grouping ?? "") }
    }

    /// Makes as many groups as it takes, full ones first.
    private func makeGroups(
        of mailboxes: ArraySlice<MailboxAddress>,
        _ grouping: String?,
        _ method: NotificationMethod
    ) {
        var rest = mailboxes
        while !rest.isEmpty {
            let members = rest.prefix(source.channelLimit)
            rest = rest.dropFirst(members.count)
            for mailbox in members { groupOf[mailbox] = groups.count }
            groupingOfGroup[groups.count] = grouping
            groups.append(
                SubscriptionGroup(groups.count, mailboxes: Array(members), method: method, tempo: options.tempo)
            )
        }
    }

    /// Where there is most room among their like, so that as few groups as possible are disturbed. A group whose members
    /// are all gone is anybody's.
    private func place(_ newcomers: ArraySlice<MailboxAddress>, _ grouping: String?, _ method: NotificationMethod) {
        var rest = newcomers
        while !rest.isEmpty {
            let fitting = groups.filter { $0.members.isEmpty || groupingOfGroup[$0.number] == grouping }
            let roomiest = fitting.min { $0.members.count < $1.members.count }
            guard let group = roomiest, group.members.count < source.channelLimit else {
                let first = groups.count
                makeGroups(of: rest, grouping, method)
                return carryOut(groups[first].advance(at: scheduler.now), of: first)
            }
            let members = rest.prefix(source.channelLimit - group.members.count)
            rest = rest.dropFirst(members.count)
            for mailbox in members { groupOf[mailbox] = group.number }
            groupingOfGroup[group.number] = grouping
            carryOut(groups[group.number].join(Array(members), at: scheduler.now), of: group.number)
        }
    }
}
