package import Availability
package import Foundation

/// Mailboxes that come and go while the group is at work.
extension SubscriptionGroup {
    /// Takes these in. Nobody else's subscription is touched; a channel is opened once more when all of these have one,
    /// and read over, as after any interruption.
    package mutating func join(_ newcomers: [MailboxAddress], at now: Date) -> [Action] {
        for mailbox in newcomers where members[mailbox] == nil {
            members[mailbox] = .waiting
            mailboxes.append(mailbox)
        }
        mailboxes.sort()
        return advance(at: now)
    }

    /// Lets these go. What they had is ended; an answer that is still to come for one of them is ended when it comes.
    package mutating func leave(_ gone: Set<MailboxAddress>, at now: Date) -> [Action] {
        let leaving = liveMembers.map(\.subscription).filter { gone.contains($0.mailbox) }
        mailboxes.removeAll(where: gone.contains)
        for mailbox in gone {
            members[mailbox] = nil
            attempts[mailbox] = nil
        }
        // A server may look for the group where it finds its anchor, which need not have a mailbox any more.
        if gone.contains(route.anchor), let first = liveMembers.first?.subscription.mailbox ?? mailboxes.first {
            route.anchor = first
        }
        if mailboxes.isEmpty { forgetRoute() }
        letGo(of: Set(leaving.map(\.id)))
        return leaving.map(Action.unsubscribe) + advance(at: now)
    }

    /// The channel, if there is one, carries these no longer.
    mutating func letGo(of gone: Set<String>) {
        switch channel {
        case .shut: break
        case .opening(let ids): channel = .opening(ids.subtracting(gone))
        case .open(let ids, let since): channel = .open(ids.subtracting(gone), since: since)
        }
    }
}
