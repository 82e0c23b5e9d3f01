package import Availability
package import Foundation

/// Decides who is hinted about and whose automatic reply is read, and when: events in, actions out, no clock, no queue.
///
/// Each mailbox is hinted about once per interval. A hint that is at odds with what is known has the mailbox read; only
/// what was read is believed. Who is not told of by hints that can be trusted is read in rotation.
package struct ReplyWatch: Sendable {
    /// What is to be done.
    package enum Action: Hashable, Sendable {
        /// To be asked about in one request; then ``hinted(_:_:at:)`` or ``refused(_:_:at:)``.
        case hint([MailboxAddress])
        /// Then ``read(_:_:at:)`` or ``failed(_:at:)``, for each.
        case read([MailboxAddress])
        /// What is thought of the hints is another now.
        case tell(ReplyTrust.Verdict)
    }

    /// Requests for hints that may be under way at once: a server that is slow to answer is asked more slowly.
    private static let mostRequests = 2
    /// Readings of the rotation that may be waited for: while the server is away, they do not pile up.
    private static let mostAwaited = 50

    private let tempo: ReplyTempo
    private let asksForHints: Bool
    package private(set) var trust: ReplyTrust
    private var members: [MailboxAddress: ReplyMember] = [:]
    private var hintRing = MailboxRing()
    private var dailyRing = MailboxRing()
    private var rotation = ReplyRotation()
    private var requests = 0
    private var awaited: Set<MailboxAddress> = []
    private var nextHint = Date.distantFuture
    private var nextDaily = Date.distantFuture
    private var nextRotation = Date.distantPast

    /// - Parameter asksForHints: whether the source can give any.
    package init(tempo: ReplyTempo = ReplyTempo(), asksForHints: Bool) {
        self.tempo = tempo
        self.asksForHints = asksForHints
        trust = ReplyTrust(pause: tempo.distrust)
    }

    /// Those that are new, of a set that is to be served.
    package func strangers(in mailboxes: [MailboxAddress]) -> [MailboxAddress] {
        mailboxes.filter { members[$0] == nil }
    }

    /// From now on these are watched, and no others. Those that are new are being read for another reason.
    ///
    /// - Parameter stored: what is known of those that are new.
    package mutating func serve(
        _ mailboxes: [MailboxAddress],
        stored: [MailboxAddress: AutomaticReply],
        at now: Date
    ) {
        let served = Set(mailboxes)
        for mailbox in members.keys where !served.contains(mailbox) {
            members[mailbox] = nil
            rotation.set(mailbox, due: nil)
        }
        for mailbox in served where members[mailbox] == nil {
            var member = ReplyMember(askedAt: now)
            if let reply = stored[mailbox] { member.recall(reply) }
            members[mailbox] = member
            turn(mailbox, at: now)
        }
        awaited.formIntersection(served)
        hintRing.replace(with: served)
        dailyRing.replace(with: served)
        if nextHint == .distantFuture { nextHint = now + hintPause(limit: GroupSize.unknown) }
        if nextDaily == .distantFuture { nextDaily = now + dailyPause }
    }

    /// When there is something to do at the latest; `nil` where nothing is but to wait for answers.
    package var nextDeadline: Date? {
        guard !members.isEmpty else { return nil }
        var deadlines: [Date] = []
        if asksForHints { if let retryAt = trust.retryAt { deadlines.append(retryAt) } }
        if mayHint { deadlines.append(nextHint) }
        if hasRoom, let due = rotation.earliest { deadlines.append(max(due, nextRotation)) }
        if hasRoom, trust.verdict == .trusted { deadlines.append(nextDaily) }
        return deadlines.min()
    }

    /// Time has passed, or an answer has made room.
    ///
    /// - Parameter hintLimit: how many mailboxes one request may ask about now.
    package mutating func advance(at now: Date, hintLimit: Int) -> [Action] {
        guard !members.isEmpty else { return [] }
        var actions: [Action] = []
        if trust.tryAgain(at: now) {
            for mailbox in members.keys { members[mailbox]?.forgetHints() }
            nextHint = now
            actions.append(.tell(trust.verdict))
        }
        if mayHint, nextHint <= now {
            requests += 1
            actions.append(.hint(hintRing.take(portion(limit: hintLimit))))
            // Kept from drifting, and from catching up with what a sleeping machine missed.
            nextHint = max(nextHint + hintPause(limit: hintLimit), now)
        }
        let due = turns(at: now)
        if !due.isEmpty { actions.append(.read(due)) }
        return actions
    }

    private var mayHint: Bool { asksForHints && trust.retryAt == nil && requests < Self.mostRequests }

    private var hasRoom: Bool { awaited.count < Self.mostAwaited }

    // MARK: Rhythm

    private enum GroupSize {
        /// For the first pause, before the source was asked how many it takes.
        static let unknown = 100
    }

    private func requestCount(limit: Int) -> Int {
        let limit = max(limit, 1)
        return max((hintRing.count + limit - 1) / limit, 1)
    }

    /// Requests of the same size rather than a small one at the end.
    private func portion(limit: Int) -> Int {
        let count = requestCount(limit: limit)
        return (hintRing.count + count - 1) / count
    }

    private func hintPause(limit: Int) -> TimeInterval {
        max(tempo.interval / Double(requestCount(limit: limit)), ReplyTempo.shortestPause)
    }

    /// Of a huge site more than one has its turn at once.
    private var dailyPortion: Int { max(1, Int((Double(dailyRing.count) / tempo.round).rounded(.up))) }

    private var dailyPause: TimeInterval {
        tempo.round * Double(dailyPortion) / Double(max(dailyRing.count, 1))
    }

    private mutating func turns(at now: Date) -> [MailboxAddress] {
        var due: [MailboxAddress] = []
        if hasRoom, nextRotation <= now {
            due = rotation.take(ReplyTempo.readingsPerSecond, at: now)
            if !due.isEmpty { nextRotation = now + 1 }
        }
        if hasRoom, trust.verdict == .trusted, nextDaily <= now {
            due += dailyRing.take(dailyPortion).filter { members[$0]?.isFailing == false && !due.contains($0) }
            nextDaily = max(nextDaily + dailyPause, now)
        }
        for mailbox in due {
            members[mailbox]?.askedAt = now
            awaited.insert(mailbox)
            rotation.set(mailbox, due: nil)
        }
        return due
    }

    /// Whose hints tell of the next change need not be read before; whose reading failed has a time of its own for it.
    private mutating func turn(_ mailbox: MailboxAddress, at now: Date) {
        guard let member = members[mailbox], !awaited.contains(mailbox) else { return }
        let isCovered = trust.verdict == .trusted && member.isCovered(at: now)
        let due = isCovered || member.isFailing ? nil : member.askedAt + tempo.interval
        rotation.set(mailbox, due: due, isReplying: member.isReplying)
    }

    // MARK: What came of it

    /// The server answered with one hint for each of `mailboxes`.
    package mutating func hinted(_ mailboxes: [MailboxAddress], _ hints: [ReplyHint], at now: Date) -> [Action] {
        requests -= 1
        var marked: [MailboxAddress] = []
        for (mailbox, hint) in zip(mailboxes, hints) {
            if members[mailbox]?.hinted(hint, at: now, lag: tempo.lag) == true {
                marked.append(mailbox)
                members[mailbox]?.askedAt = now
            }
            turn(mailbox, at: now)
        }
        let isNews = trust.answered(hints, at: now)
        return told(isNews, at: now) + (marked.isEmpty ? [] : [.read(marked)])
    }

    /// The server has trouble with the very request.
    package mutating func refused(_ mailboxes: [MailboxAddress], _ failure: SourceFailure, at now: Date) -> [Action] {
        requests -= 1
        for mailbox in mailboxes {
            _ = members[mailbox]?.hinted(.pending, at: now, lag: tempo.lag)
            turn(mailbox, at: now)
        }
        return told(trust.refused(failure, at: now), at: now)
    }

    /// The automatic reply of `mailbox` was read, for whatever reason.
    package mutating func read(_ mailbox: MailboxAddress, _ reply: AutomaticReply, at now: Date) -> [Action] {
        awaited.remove(mailbox)
        let proof = members[mailbox]?.read(reply, at: now, tempo: tempo)
        turn(mailbox, at: now)
        switch proof {
        case .alike: return told(trust.confirmed(), at: now)
        case .contradiction: return told(trust.contradicted(by: mailbox, at: now), at: now)
        case .nothing, nil: return []
        }
    }

    /// The automatic reply of `mailbox` could not be read.
    package mutating func failed(_ mailbox: MailboxAddress, at now: Date) {
        awaited.remove(mailbox)
        members[mailbox]?.failed(at: now)
        turn(mailbox, at: now)
    }

    /// Another verdict has others take part in the rotation.
    private mutating func told(_ isNews: Bool, at now: Date) -> [Action] {
        guard isNews else { return [] }
        for mailbox in members.keys { turn(mailbox, at: now) }
        return [.tell(trust.verdict)]
    }
}
