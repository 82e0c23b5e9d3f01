import Availability
import Foundation
import TestSupport

/// What a server that knows `source`'s automatic replies lets slip about them, as truthfully as a test wants.
actor ScriptedHints: ReplySource {
    /// How it answers.
    enum Manner {
        case truthful
        case neverActive
        case always(ReplyHint)
        case failing(SourceFailure)
    }

    nonisolated let name = "hq"
    nonisolated let hintObstacle: Diagnosis?
    nonisolated let hintLimit: Int
    private(set) var requests: [[MailboxAddress]] = []
    private let source: ScriptedSource
    private let clock: ManualScheduler
    private var manner = Manner.truthful
    private var gate: [CheckedContinuation<Void, Never>] = []
    private var isHeld = false

    init(_ source: ScriptedSource, clock: ManualScheduler, limit: Int = 100, obstacle: Diagnosis? = nil) {
        self.source = source
        self.clock = clock
        hintLimit = limit
        hintObstacle = obstacle
    }

    func answer(_ manner: Manner) { self.manner = manner }

    /// Lets requests wait until ``release()``.
    func hold() { isHeld = true }

    func release() {
        isHeld = false
        for waiter in gate { waiter.resume() }
        gate = []
    }

    func readReplyHints(of mailboxes: [MailboxAddress]) async throws(SourceFailure) -> [ReplyHint] {
        requests.append(mailboxes)
        if isHeld { await withCheckedContinuation { gate.append($0) } }
        if case .failing(let failure) = manner { throw failure }
        var hints: [ReplyHint] = []
        for mailbox in mailboxes { hints.append(await hint(mailbox)) }
        return hints
    }

    private func hint(_ mailbox: MailboxAddress) async -> ReplyHint {
        switch manner {
        case .neverActive, .failing: return .inactive
        case .always(let hint): return hint
        case .truthful:
            let reply = await source.reply(of: mailbox)
            guard reply.isActive(at: clock.now), !reply.internalText.isEmpty else { return .inactive }
            let duration = reply.state == .scheduled ? reply.duration : nil
            return .active(ReplySign(text: reply.internalText, duration: duration))
        }
    }
}
