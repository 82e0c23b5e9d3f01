import Availability
import Foundation

/// A server whose calendars a test writes, and which counts what it is asked.
actor ScriptedSource: CalendarSource {
    nonisolated let name: String
    nonisolated let batchLimit: Int
    nonisolated let concurrencyLimit = 4

    private(set) var batches: [[MailboxAddress]] = []
    private(set) var windows: [TimeWindow] = []
    /// Whose automatic reply was asked for.
    private(set) var repliesAsked: [MailboxAddress] = []
    private(set) var extraAttempts = 0
    private var calendars: [MailboxAddress: [BusyInterval]] = [:]
    private var replies: [MailboxAddress: AutomaticReply] = [:]
    private var failures: [MailboxAddress: MailboxFailure] = [:]
    private var replyFailures: [MailboxAddress: MailboxFailure] = [:]
    private var outage: SourceFailure?
    private var gate: [CheckedContinuation<Void, Never>] = []
    private var isHeld = false
    private var heldReplies: Set<MailboxAddress> = []

    init(name: String = "hq", batchLimit: Int = 100) {
        self.name = name
        self.batchLimit = batchLimit
    }

    func write(_ intervals: [BusyInterval], of mailbox: MailboxAddress) { calendars[mailbox] = intervals }

    func set(_ reply: AutomaticReply, of mailbox: MailboxAddress) { replies[mailbox] = reply }

    func reply(of mailbox: MailboxAddress) -> AutomaticReply { replies[mailbox] ?? AutomaticReply(state: .disabled) }

    var replyRequests: Int { repliesAsked.count }

    func failReply(of mailbox: MailboxAddress, with failure: MailboxFailure?) { replyFailures[mailbox] = failure }

    func forgetRequests() {
        batches = []
        repliesAsked = []
    }

    func fail(_ mailbox: MailboxAddress, with failure: MailboxFailure?) { failures[mailbox] = failure }

    func goAway(with outage: SourceFailure?) { self.outage = outage }

    /// Lets requests wait until ``release()``.
    func hold() { isHeld = true }

    func holdReply(of mailbox: MailboxAddress) { heldReplies.insert(mailbox) }

    func release() {
        isHeld = false
        heldReplies = []
        for waiter in gate { waiter.resume() }
        gate = []
    }

    /// How many requests wait.
    var held: Int { gate.count }

    func readBusyTimes(
        of mailboxes: [MailboxAddress],
        within window: TimeWindow
    ) async throws(SourceFailure) -> [BusyTimesReading] {
        batches.append(mailboxes)
        windows.append(window)
        if isHeld { await withCheckedContinuation { gate.append($0) } }
        if let outage { throw outage }
        return mailboxes.map { mailbox in failures[mailbox].map(Result.failure) ?? .success(calendars[mailbox] ?? []) }
    }

    func readAutomaticReply(of mailbox: MailboxAddress) async throws(SourceFailure) -> AutomaticReplyReading {
        repliesAsked.append(mailbox)
        if heldReplies.contains(mailbox) { await withCheckedContinuation { gate.append($0) } }
        if let outage { throw outage }
        if let failure = replyFailures[mailbox] { return .failure(failure) }
        return .success(reply(of: mailbox))
    }

    func server() -> SourceServer {
        SourceServer(url: "https://\(name).example.com/EWS/Exchange.asmx", version: "15.02")
    }

    func allowAnotherAttempt() { extraAttempts += 1 }
}
