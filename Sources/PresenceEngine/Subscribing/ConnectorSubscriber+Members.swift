package import Availability
import Foundation

/// Who is subscribed to: mailboxes come and go with the configuration.
extension ConnectorSubscriber {
    /// Subscribes to these from now on and to nobody else. Whoever was served before keeps what he has.
    package func serve(_ mailboxes: Set<MailboxAddress>) {
        guard hasBegun, !isStopped, let method = choice.method else { return }
        let gone = Set(groupOf.keys).subtracting(mailboxes)
        let newcomers = mailboxes.subtracting(groupOf.keys).sorted()
        guard !gone.isEmpty || !newcomers.isEmpty else { return }
        narrator.serve(mailboxes.count, gone: gone, at: scheduler.now)
        let left = Dictionary(grouping: gone) { groupOf[$0] }
        for mailbox in gone {
            groupOf[mailbox] = nil
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
        // Groups of their own for as many as fill one; each of the others costs one group an interruption.
        let crowd = newcomers.prefix(newcomers.count - newcomers.count % source.channelLimit)
        let first = groups.count
        makeGroups(of: crowd, method: method)
        for number in groups.indices[first...] {
            carryOut(groups[number].advance(at: scheduler.now), of: number)
        }
        place(newcomers[crowd.endIndex...], method: method)
        pump()
    }

    /// Makes as many groups as it takes, full ones first.
    func makeGroups(of mailboxes: ArraySlice<MailboxAddress>, method: NotificationMethod) {
        var rest = mailboxes
        while !rest.isEmpty {
            let members = rest.prefix(source.channelLimit)
            rest = rest.dropFirst(members.count)
            for mailbox in members { groupOf[mailbox] = groups.count }
            groups.append(
                SubscriptionGroup(groups.count, mailboxes: Array(members), method: method, tempo: options.tempo)
            )
        }
    }

    /// Where there is most room, so that as few groups as possible are disturbed.
    private func place(_ newcomers: ArraySlice<MailboxAddress>, method: NotificationMethod) {
        var rest = newcomers
        while !rest.isEmpty {
            let roomiest = groups.min { $0.members.count < $1.members.count }
            guard let group = roomiest, group.members.count < source.channelLimit else {
                let first = groups.count
                makeGroups(of: rest, method: method)
                return carryOut(groups[first].advance(at: scheduler.now), of: first)
            }
            let members = rest.prefix(source.channelLimit - group.members.count)
            rest = rest.dropFirst(members.count)
            for mailbox in members { groupOf[mailbox] = group.number }
            carryOut(groups[group.number].join(Array(members), at: scheduler.now), of: group.number)
        }
    }
}
