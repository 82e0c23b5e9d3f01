import Availability
import Foundation
import Logging

/// What an administrator reads about a connector's subscriptions, in the log and in `status`: each thing once, however
/// many groups it happens to.
struct SubscriptionNarrator: Sendable {
    /// Seconds between two lines that tell how far subscribing is.
    private static let rhythm: TimeInterval = 10
    /// So many may be pending without a word.
    private static let fewPending = 20
    /// Refused mailboxes that get a line of their own; the others are counted.
    private static let mostRefusals = 20

    private let connector: String
    private let logger: Logger
    private var total = 0
    private var begunAt = Date.distantPast
    private var toldAt = Date.distantPast
    private var isComplete = true
    private var countsOf: [Int: SubscriptionCounts] = [:]
    private(set) var counts = SubscriptionCounts()
    /// Groups whose channel broke and does not carry again yet.
    private var interrupted: Set<Int> = []
    /// Groups that go on without a channel, since there may be no more of them.
    private var limited: Set<Int> = []
    /// Mailboxes of which the server promised to call and did not.
    private var silent: Set<MailboxAddress> = []
    private var refusals: [MailboxAddress: String] = [:]
    private var hasToldOfMore = false
    private var malformed = 0
    /// What is wrong now.
    private(set) var failure: StoredFailure?

    init(connector: String, logger: Logger) {
        self.connector = connector
        self.logger = logger
    }

    // MARK: Subscribing

    mutating func begin(_ count: Int, at now: Date) {
        total = count
        begunAt = now
        toldAt = now
        isComplete = count == 0
        counts = SubscriptionCounts(pending: total)
    }

    /// So many are served from now on, and these no longer.
    mutating func serve(_ count: Int, gone: Set<MailboxAddress>, at now: Date) {
        guard total > 0 else { return begin(count, at: now) }
        total = count
        recount()
        for mailbox in gone { refusals[mailbox] = nil }
        guard !silent.isEmpty else { return }
        silent.subtract(gone)
        if silent.isEmpty { failure = nil }
    }

    /// Nobody is left in this group: whatever was wrong with it no longer matters.
    mutating func abandoned(_ group: Int) {
        let wasInTrouble = interrupted.remove(group) != nil || limited.remove(group) != nil
        if wasInTrouble, interrupted.isEmpty, limited.isEmpty { failure = nil }
    }

    func subscribing(to mailbox: MailboxAddress) {
        logger.debug("Subscribing to availability of: \(mailbox)", metadata: ["user": "\(mailbox)"])
    }

    /// - Parameter group: these are its counts now.
    mutating func note(_ counts: SubscriptionCounts, of group: Int, method: NotificationMethod?, at now: Date) {
        countsOf[group] = counts
        recount()
        if isComplete, self.counts.pending > max(Self.fewPending, total / 10) { beginAnew(at: now) }
        guard !isComplete else { return }
        if self.counts.pending == 0 {
            isComplete = true
            let by = method.map { " by \($0.rawValue)" } ?? ""
            let failed = self.counts.failed > 0 ? ", \(self.counts.failed) failed" : ""
            let length = AgeText.text(now.timeIntervalSince(begunAt))
            logger.notice(
                "Subscribed to availability of: \(self.counts.active) users\(by) in \(length)\(failed)",
                metadata: ["event": "subscribed"]
            )
        } else if now.timeIntervalSince(toldAt) >= Self.rhythm {
            toldAt = now
            logger.info(
                "Subscribed to availability of: \(self.counts.active) of \(total) users so far",
                metadata: ["event": "subscribing"]
            )
        }
    }

    /// Whoever is in no group yet is pending, too. Of who is gone the groups may not have told yet.
    private mutating func recount() {
        counts = countsOf.values.reduce(SubscriptionCounts(), +)
        counts.pending = max(0, total - counts.active - counts.failed)
    }

    /// After a server's restart, or with another method, everybody's turn comes once more.
    private mutating func beginAnew(at now: Date) {
        isComplete = false
        begunAt = now
        toldAt = now
    }

    mutating func refused(_ mailbox: MailboxAddress, _ failure: MailboxFailure) {
        let isNews = refusals.updateValue(failure.diagnosis.id, forKey: mailbox) != failure.diagnosis.id
        guard isNews else { return }
        guard refusals.count <= Self.mostRefusals else { return tellOfMore() }
        logger.warning(
            "Cannot subscribe to \(mailbox): \(failure.diagnosis.summary) \(failure.diagnosis.remedy)",
            metadata: ["user": "\(mailbox)", "diagnosis": .stringConvertible(failure.diagnosis)]
        )
    }

    mutating func subscribed(to mailbox: MailboxAddress) { refusals[mailbox] = nil }

    private mutating func tellOfMore() {
        guard !hasToldOfMore else { return }
        hasToldOfMore = true
        logger.warning(
            "More users that cannot be subscribed to are not told one by one; `freebusyctl status` counts",
            metadata: ["event": "more-refusals"]
        )
    }

    // MARK: Channels

    mutating func broke(_ group: Int, _ error: ChannelFailure, at now: Date) {
        let isNews = interrupted.isEmpty || failure?.diagnosis.id != error.diagnosis.id
        interrupted.insert(group)
        failure = StoredFailure(error.diagnosis, at: now)
        if error.cause == .malformed { malformed += 1 }
        guard isNews else { return }
        let count = error.cause == .malformed ? " (streams that made no sense so far: \(malformed))" : ""
        tell(error.diagnosis, "Notifications are interrupted\(count): ")
    }

    /// One group has to go on without a channel.
    mutating func limited(_ group: Int, to method: NotificationMethod, why diagnosis: Diagnosis, at now: Date) {
        interrupted.remove(group)
        limited.insert(group)
        failure = StoredFailure(diagnosis, at: now)
        tell(diagnosis, "Changes of \(total(of: group)) users are asked for by \(method.rawValue) from now on: ")
    }

    private func total(of group: Int) -> Int {
        countsOf[group].map { $0.active + $0.pending + $0.failed } ?? 0
    }

    mutating func carries(_ group: Int) {
        if limited.remove(group) != nil, limited.isEmpty, interrupted.isEmpty { failure = nil }
        guard interrupted.remove(group) != nil, interrupted.isEmpty else { return }
        failure = nil
        logger.notice(
            "Notifications are back; whoever may have changed in between is read again",
            metadata: ["event": "notifications-back"]
        )
    }

    // MARK: Methods

    mutating func changed(to method: NotificationMethod?, why diagnosis: Diagnosis, retryAt: Date?) {
        interrupted = []
        limited = []
        silent = []
        failure = nil
        let again = retryAt.map { "; tried again at \(ClockText(zone: .current, relativeTo: begunAt).text($0))" } ?? ""
        tell(diagnosis, "Changes are asked for by \(method?.rawValue ?? "nothing") from now on\(again): ")
    }

    func probing(_ method: NotificationMethod) {
        logger.info(
            "Trying with some users whether \(method.rawValue) works by now",
            metadata: ["event": "method-probed"]
        )
    }

    mutating func returned(to method: NotificationMethod?) {
        logger.notice(
            "Changes are told by \(method?.rawValue ?? "nothing") again",
            metadata: ["event": "method-restored"]
        )
    }

    // MARK: Push

    mutating func callbackSilent(_ mailbox: MailboxAddress, for seconds: TimeInterval, at now: Date) {
        let isNews = silent.isEmpty
        silent.insert(mailbox)
        let diagnosis = Diagnosis.callbackUnreachable("no call has come for \(AgeText.text(seconds))")
        failure = StoredFailure(diagnosis, at: now)
        if isNews { tell(diagnosis) }
    }

    mutating func callbackReached(_ mailbox: MailboxAddress) {
        guard silent.remove(mailbox) != nil, silent.isEmpty else { return }
        failure = nil
        logger.notice("The server calls back again", metadata: ["event": "callback-restored"])
    }

    // MARK: Stopping

    func left(_ count: Int) {
        logger.info(
            "Subscriptions by push that the server ends when nobody answers its call: \(count)",
            metadata: ["event": "subscriptions-left"]
        )
    }

    func ended(_ ended: Int, of all: Int) {
        let metadata: Logger.Metadata = ["event": "subscriptions-ended"]
        if ended == all { return logger.info("Ended the subscriptions of: \(ended) users", metadata: metadata) }
        logger.warning(
            "Ended the subscriptions of: \(ended) users; \(all - ended) more are ended at the next start, or by the server",
            metadata: metadata
        )
    }

    func tell(_ diagnosis: Diagnosis, _ beginning: String = "") {
        logger.warning(
            "Connector \(connector): \(beginning)\(diagnosis.summary) \(diagnosis.remedy)",
            metadata: ["diagnosis": .stringConvertible(diagnosis)]
        )
    }
}
