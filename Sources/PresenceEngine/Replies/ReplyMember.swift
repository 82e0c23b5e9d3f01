import Availability
import Foundation

/// What is known of one mailbox's automatic reply, what the server hints at, and how the two go together. Some 200 bytes.
struct ReplyMember: Sendable {
    /// What a comparison of hint and reading proved.
    enum Proof: Hashable, Sendable {
        case nothing
        /// Both told of an active reply.
        case alike
        /// The hint is wrong, also at the second look.
        case contradiction
    }

    /// So often a hint may have a mailbox read in vain before only the rotation does.
    private static let patience = 3

    /// When it was last read, or was to be.
    var askedAt: Date
    /// Whether the last reading failed: the mailbox has a time of its own then to be read again.
    private(set) var isFailing = false
    private var known: KnownReply?
    /// What was hinted at last, if the server had anything to say.
    private var hint: ReplyHint?
    private var hintedAt = Date.distantPast
    /// The hint that the last reading came after: whatever it says has been looked into.
    private var explained: ReplyHint?
    /// Readings in a row that a hint brought about and that brought nothing new.
    private var vain = 0
    private var isMarked = false
    /// When a reading first told of a reply of which a hint had just said that there is none.
    private var suspectSince: Date?

    init(askedAt: Date) {
        self.askedAt = askedAt
    }

    /// What was stored by a former run.
    mutating func recall(_ reply: AutomaticReply) {
        if known == nil { known = KnownReply(reply) }
    }

    /// Whether there is a reply, active or still to begin.
    var isReplying: Bool { known?.isSet ?? false }

    /// Whether the server's hint can be relied on to tell the next change: it says what is the case now.
    func isCovered(at now: Date) -> Bool {
        guard let hint, let known else { return false }
        return hint.isActive == known.isActive(at: now)
    }

    // MARK: Hints

    /// - Returns: whether the mailbox must be read for it.
    mutating func hinted(_ new: ReplyHint, at now: Date, lag: TimeInterval) -> Bool {
        switch new {
        case .pending, .untold, .failed:
            hint = nil
            return false
        case .inactive, .active:
            hint = new
            hintedAt = now
            isMarked = isMarked || calls(at: now, lag: lag)
            return isMarked
        }
    }

    private func calls(at now: Date, lag: TimeInterval) -> Bool {
        if hint == .inactive, let suspectSince, now >= suspectSince + lag { return true }
        guard hint != explained, vain < Self.patience else { return false }
        guard let known else { return hint?.isActive ?? false }
        return !agrees(with: known, at: now)
    }

    private func agrees(with known: KnownReply, at now: Date) -> Bool {
        guard case .active(let sign) = hint else { return !known.isActive(at: now) }
        return known.isActive(at: now) && known.matches(sign)
    }

    // MARK: Readings

    /// The mailbox was read; `now` is when the answer had come.
    mutating func read(_ reply: AutomaticReply, at now: Date, tempo: ReplyTempo) -> Proof {
        let new = KnownReply(reply)
        if new != known { vain = 0 } else if isMarked { vain += 1 }
        isMarked = false
        isFailing = false
        known = new
        askedAt = now
        explained = hint
        guard let hint, now.timeIntervalSince(hintedAt) <= tempo.closeness, !new.isNearBoundary(at: now) else {
            return .nothing
        }
        return compare(hint, with: new, at: now, lag: tempo.lag)
    }

    private mutating func compare(
        _ hint: ReplyHint,
        with known: KnownReply,
        at now: Date,
        lag: TimeInterval
    ) -> Proof {
        let isActive = known.isActive(at: now)
        // A reply without words shows in no hint, and proves nothing.
        guard isActive, !hint.isActive, known.hasText else {
            suspectSince = nil
            return isActive && hint.isActive ? .alike : .nothing
        }
        guard let suspectSince else {
            suspectSince = now
            return .nothing
        }
        return hintedAt >= suspectSince + lag ? .contradiction : .nothing
    }

    mutating func failed(at now: Date) {
        isMarked = false
        isFailing = true
        askedAt = now
    }

    /// The server's hints are as good as new: it is given another chance.
    mutating func forgetHints() {
        hint = nil
        explained = nil
        suspectSince = nil
        vain = 0
    }
}

/// An automatic reply without its words.
private struct KnownReply: Hashable, Sendable {
    private var state: AutomaticReply.State
    private var duration: TimeWindow?
    private var internalMark: UInt64
    private var externalMark: UInt64

    init(_ reply: AutomaticReply) {
        state = reply.state
        // Meaningless otherwise, and servers let it run on with the clock.
        duration = reply.state == .scheduled ? reply.duration : nil
        internalMark = ReplySign.mark(of: reply.internalText)
        externalMark = ReplySign.mark(of: reply.externalText)
    }

    var isSet: Bool { state != .disabled }

    /// Whether colleagues, such as the account that asks, are told anything.
    var hasText: Bool { internalMark != 0 }

    func isActive(at time: Date) -> Bool {
        switch state {
        case .disabled: false
        case .enabled: true
        case .scheduled: duration?.contains(time) ?? false
        }
    }

    /// Whether the server's clock may see it begun or ended where ours does not.
    func isNearBoundary(at time: Date) -> Bool {
        guard let duration else { return false }
        return [duration.start, duration.end].contains { abs($0.timeIntervalSince(time)) <= ReplyTempo.clockSkew }
    }

    /// Whether a hint is about this reply, as far as it tells.
    func matches(_ sign: ReplySign) -> Bool {
        guard sign.text == internalMark || sign.text == externalMark else { return false }
        guard let duration, let told = sign.duration else { return true }
        return duration == told
    }
}

extension ReplyHint {
    fileprivate var isActive: Bool {
        if case .active = self { true } else { false }
    }
}
