package import Availability
import EWSMessages
import Foundation
import Synchronization

/// Looks at the mailboxes of users through a connector that the server lets in: the calendars of all of them in one request,
/// then each one's automatic reply and subscription, some at a time.
package final class UserCheck: Sendable {
    private let connector: EWSConnector
    private let window: TimeWindow
    private let desk: CallbackDesk?
    private let callbackObstacle: String?
    private let tell: CheckListener
    /// Why the server is not asked any more. A mutex, since several users are looked at together.
    private let outage = Mutex<String?>(nil)

    /// - Parameters:
    ///   - desk: where the calls of the server arrive, with `push`.
    ///   - callbackObstacle: why nobody can wait for calls; nothing is subscribed to by `push` then.
    package init(
        _ connector: EWSConnector,
        within window: TimeWindow,
        desk: CallbackDesk?,
        callbackObstacle: String?,
        tell: @escaping CheckListener
    ) {
        self.connector = connector
        self.window = window
        self.desk = desk
        self.callbackObstacle = callbackObstacle
        self.tell = tell
    }

    /// Takes all steps for each of these, in their order.
    /// - Parameter calendars: theirs, where they were read already.
    package func run(
        _ mailboxes: [MailboxAddress],
        calendars: Result<[BusyTimesReading], SourceFailure>?
    ) async {
        let readings = await readings(of: mailboxes, calendars)
        var rest = Array(zip(mailboxes, readings))[...]
        while !rest.isEmpty {
            let together = Array(rest.prefix(max(1, connector.concurrencyLimit)))
            rest = rest.dropFirst(together.count)
            let told = await withTaskGroup(of: (Int, [CheckStep]).self) { group in
                for (index, (mailbox, reading)) in together.enumerated() {
                    group.addTask { (index, await self.steps(of: mailbox, reading)) }
                }
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            for index in together.indices {
                for step in told[index] ?? [] { await tell(step) }
            }
        }
    }

    /// A request that failed as a whole failed for each.
    private func readings(
        of mailboxes: [MailboxAddress],
        _ known: Result<[BusyTimesReading], SourceFailure>?
    ) async -> [BusyTimesReading] {
        do throws(SourceFailure) {
            if let known { return try known.get() }
            guard outage.withLock({ $0 }) == nil else { return mailboxes.map { _ in .success([]) } }
            return try await connector.readBusyTimes(of: mailboxes, within: window)
        } catch {
            note(error)
            return mailboxes.map { _ in .failure(MailboxFailure(error.diagnosis, retry: error.retry)) }
        }
    }

    /// What concerns the server as a whole is not asked for anew with each mailbox.
    private func note(_ failure: SourceFailure) {
        guard !failure.isOfRequest else { return }
        outage.withLock { $0 = $0 ?? "the server is not asked any more: \(failure.diagnosis.id)" }
    }
}

// MARK: One user

extension UserCheck {
    /// Nobody is called back without `push`.
    private var steps: [CheckStep.Name] {
        CheckStep.Name.ofUsers.filter { $0 != .callback || connector.methods.contains(.push) }
    }

    private func steps(of mailbox: MailboxAddress, _ calendar: BusyTimesReading) async -> [CheckStep] {
        let collected = Collected()
        var walk = Walk(connector: connector, user: mailbox) { collected.append($0) }
        if case .success = calendar, let outage = outage.withLock({ $0 }) {
            await walk.take(.mailbox, .skipped, outage)
        } else {
            let begun = connector.instant()
            let reply = await readReply(of: mailbox, calendar)
            await tellMailbox(calendar, reply, &walk)
            await tellReply(reply, &walk, since: begun)
            await walk.skipRest(of: [.calendar, .impersonation, .reply])
            await subscribe(mailbox, &walk)
        }
        await walk.skipRest(of: steps)
        return collected.steps
    }

    /// `nil` where there is no use in asking.
    private func readReply(of mailbox: MailboxAddress, _ calendar: BusyTimesReading) async -> AutomaticReplyReading? {
        if case .failure(let failure) = calendar, failure.diagnosis.id.hasPrefix("mailbox.") { return nil }
        guard outage.withLock({ $0 }) == nil else { return nil }
        do {
            return try await connector.readAutomaticReply(of: mailbox)
        } catch {
            note(error)
            return .failure(MailboxFailure(error.diagnosis, retry: error.retry))
        }
    }

    /// Whichever answer says that the mailbox is not there, or elsewhere.
    private func tellMailbox(
        _ calendar: BusyTimesReading,
        _ reply: AutomaticReplyReading?,
        _ walk: inout Walk
    ) async {
        let failures = [calendar.failure, reply?.failure].compactMap(\.self)
        if let failure = failures.first(where: { $0.id.hasPrefix("mailbox.") }) {
            return await walk.take(.mailbox, .failed(failure), failure.summary)
        }
        await walk.take(.mailbox, .passed, "the server knows it")
        switch calendar {
        case .success(let intervals):
            let count = intervals.count == 1 ? "1 entry" : "\(intervals.count) entries"
            await walk.take(.calendar, .passed, "\(count) in \(window.days) days")
        case .failure(let failure): await walk.take(.calendar, .failed(failure.diagnosis), failure.diagnosis.summary)
        }
    }

    private func tellReply(
        _ reply: AutomaticReplyReading?,
        _ walk: inout Walk,
        since begun: ContinuousClock.Instant
    ) async {
        guard walk.isOpen(.impersonation) else { return }
        guard let reply else {
            return await walk.take(.impersonation, .skipped, outage.withLock { $0 } ?? "nothing was asked")
        }
        let isImpersonating = connector.options.access == .impersonation
        if !isImpersonating {
            await walk.take(.impersonation, .passed, "none: access is delegate")
        } else if let failure = reply.failure, failure.isOfImpersonation {
            return await walk.take(.impersonation, .failed(failure), failure.summary)
        } else {
            await walk.take(.impersonation, .passed, "acts as the mailbox")
        }
        switch reply {
        case .success: await walk.take(.reply, .passed, "can be read", since: begun)
        case .failure(let failure):
            await walk.take(.reply, .failed(failure.diagnosis), failure.diagnosis.summary, since: begun)
        }
    }
}

// MARK: Notifications

extension UserCheck {
    private func subscribe(_ mailbox: MailboxAddress, _ walk: inout Walk) async {
        guard walk.isOpen(.subscription) else { return }
        guard let preferred = connector.methods.first else {
            return await walk.take(.subscription, .skipped, "not wanted: notification is none")
        }
        if preferred == .push, let why = pushObstacle {
            return await walk.take(.subscription, .skipped, why)
        }
        let begun = connector.instant()
        var failure = Diagnosis.noCallback
        for method in connector.methods {
            do {
                let route = NotificationRoute(anchor: mailbox)
                switch try await connector.subscribe(to: mailbox, by: method, route: route) {
                case .subscribed(let subscription):
                    await walk.take(.subscription, .passed, "by \(method.rawValue)", since: begun)
                    return await end(subscription, &walk)
                case .refused(let refusal):
                    return await walk.take(.subscription, .failed(refusal.diagnosis), refusal.diagnosis.summary)
                case .methodUnknown(let diagnosis): failure = diagnosis
                }
            } catch {
                note(error)
                return await walk.take(.subscription, .failed(error.diagnosis), error.diagnosis.summary)
            }
        }
        await walk.take(.subscription, .failed(failure), failure.summary, since: begun)
    }

    private var pushObstacle: String? {
        if let callbackObstacle { return callbackObstacle }
        return desk?.isInVain == true ? "no call has come for the users before" : nil
    }

    /// Waits for the first call where there is to be one, and ends the subscription.
    private func end(_ subscription: Subscription, _ walk: inout Walk) async {
        if let desk, let token = subscription.callbackToken {
            let begun = connector.instant()
            if await desk.call(for: token) {
                await walk.take(.callback, .passed, "the server called", since: begun)
            } else {
                let diagnosis = Diagnosis.callbackUnreachable("nothing came for \(AgeText.text(desk.patience))")
                await walk.take(.callback, .failed(diagnosis), diagnosis.summary, since: begun)
            }
        }
        // One that is left ends by itself within half an hour.
        try? await connector.unsubscribe(subscription)
    }
}

/// Steps of one user, until it is his turn to be told of.
private final class Collected: Sendable {
    private let collected = Mutex<[CheckStep]>([])

    var steps: [CheckStep] { collected.withLock { $0 } }

    func append(_ step: CheckStep) { collected.withLock { $0.append(step) } }
}

extension Result where Failure == MailboxFailure {
    fileprivate var failure: Diagnosis? { if case .failure(let failure) = self { failure.diagnosis } else { nil } }
}

extension Diagnosis {
    fileprivate var isOfImpersonation: Bool { id == "access.impersonation-denied" }
}

extension TimeWindow {
    fileprivate var days: Int { Int((end.timeIntervalSince(start) / 86_400).rounded()) }
}
