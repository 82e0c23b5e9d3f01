package import Availability
import Foundation

/// Who is subscribed to: mailboxes come and go with the configuration.
extension ConnectorSubscriber {
    /// Subscribes to these from now on and to nobody else. Whoever was served before keeps what he has.
    package func serve(_ mailboxes: Set<MailboxAddress>) async {
        guard hasBegun, !isStopped, choice.method != nil else { return }
        servings += 1
        let serving = servings
        await learnGroupings(of: mailboxes.subtracting(groupOf.keys))
        // Who said it later knows better.
        guard serving == servings, !isStopped, let method = choice.method else { return }
        let gone = Set(groupOf.keys).subtracting(mailboxes)
        let newcomers = mailboxes.subtracting(groupOf.keys).sorted()
        guard !gone.isEmpty || !newcomers.isEmpty else { return }
        narrator.serve(mailboxes.count, gone: gone, at: scheduler.now)
        let left = Dictionary(grouping: gone) { groupOf[$0] }
        for mailbox in gone {
            groupOf[mailbox] = nil
            groupings[mailbox] = nil
            for leftover in leftovers.removeValue(forKey: mailbox) ?? [] { leave(leftover) }
        }
        for (number, members) in left {
            guard let number else { continue }
            carryOut(groups[number].leave(Set(members), at: scheduler.now), of: number)
            guard groups[number].members.isEmpty else { continue }
            narrator.abandoned(number)
            limited.set(number, at: nil)
            // Whoever is put into it begins afresh.
            carryOut(groups[number].use(method, at: scheduler.now), of: number)
            if probed == number { choice.postponeProbe(at: scheduler.now) }
        }
        for (grouping, newcomers) in grouped(newcomers) { admit(newcomers, grouping, method) }
        pump()
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
    func learnGroupings(of mailboxes: some Collection<MailboxAddress>) async {
        guard !mailboxes.isEmpty else { return }
        let told = await source.groupings(of: mailboxes.sorted())
        groupings.merge(told.filter { mailboxes.contains($0.key) && groupOf[$0.key] == nil }) { _, new in new }
    }

    /// Those who are looked after together, each sorted.
    func grouped(_ mailboxes: [MailboxAddress]) -> [(grouping: String?, members: [MailboxAddress])] {
        Dictionary(grouping: mailboxes.sorted()) { groupings[$0] }
            .map { (grouping: $0.key, members: $0.value) }
            .sorted { ($0.grouping ?? "") < ($1.grouping ?? "") }
    }

    /// Makes as many groups as it takes, full ones first.
    func makeGroups(
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
