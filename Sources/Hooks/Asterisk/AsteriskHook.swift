import AsteriskMessages
package import Availability
import Foundation
package import Logging
package import NameService
import SerialQueue

/// The hook `asterisk-ami`: sets presence and device states of Asterisk over its manager interface.
///
/// One connection is kept for all deliveries; answers find their question by ActionID. When it is lost, what was open on
/// it fails and is sent again by the outbox, and a new one is made: at the next delivery, or by itself after a while.
/// After every login the whole state is sent once more (ADR 0016).
package actor AsteriskHook: PresenceHook {
    typealias Waiter = CheckedContinuation<Result<Void, HookFailure>, Never>

    enum Link {
        case none
        /// Who waits for it.
        case connecting([Waiter])
        case up
    }

    package nonisolated let name: String
    package nonisolated let kind = "asterisk-ami"
    package nonisolated let target: String
    package nonisolated var manner: String { options.telling.manner }
    package nonisolated var concurrencyLimit: Int { max(1, options.concurrencyLimit) }

    nonisolated let options: Options
    let names: NameService
    let scheduler: any Scheduler
    let logger: Logger
    let retries: RetrySchedule
    nonisolated let deadlines: DeadlineNames
    private let serial = SerialQueue(label: "freebusyd.hooks.asterisk")

    var link = Link.none
    /// The connection of `link`, also while it logs in.
    var connection: StreamConnection?
    var trust: TLSTrust?
    var open = OpenActions()
    /// Connections in a row that came to nothing: a login alone is not enough.
    var failures = FailureStreak()
    /// Until when a login is not tried, since it was refused.
    var refusal: (failure: HookFailure, until: Date)?
    var isStopped = false
    var receiverForgot: (@Sendable () -> Void)?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    /// - Parameter name: as in the configuration.
    package init(
        name: String,
        options: Options,
        names: NameService,
        scheduler: any Scheduler,
        logger: Logger,
        retries: RetrySchedule = RetrySchedule()
    ) {
        self.name = name
        self.options = options
        self.names = names
        self.scheduler = scheduler
        self.logger = logger
        self.retries = retries
        deadlines = DeadlineNames(of: "hook \(name)")
        let host = options.host.contains(":") ? "[\(options.host)]" : options.host
        target = "\(options.isSecured ? "tls" : "tcp")://\(host):\(options.port)"
    }

    package func start(receiverForgot: @escaping @Sendable () -> Void) async {
        self.receiverForgot = receiverForgot
        isStopped = false
        warnIfReadable()
        if case .none = link { connect() }
    }

    package func mended() async {
        refusal = nil
    }

    package func stop() async {
        isStopped = true
        scheduler.cancel(pingDeadline)
        scheduler.cancel(connectDeadline)
        if case .up = link, let farewell = try? ManagerAction.logoff.message(id: "0").bytes() {
            connection?.write(farewell)
        }
        end(.closed(target))
    }

    package func deliver(_ event: PresenceEvent) async throws(HookFailure) {
        let deadline = scheduler.now.addingTimeInterval(options.timeLimit)
        let actions: [ManagerAction]
        do throws(StateName.Fault) {
            actions = try options.telling.actions(for: event)
        } catch .noExtension {
            let metadata: Logger.Metadata = ["hook": "\(name)", "user": "\(event.user)"]
            return logger.debug("Hook \(name) has nothing to tell of \(event.user): no extension", metadata: metadata)
        } catch {
            throw .rejected(
                target,
                seen: "\(error)",
                remedy: "Correct the extension or address of the user, or presence_state and device_state in [[hook]]."
            )
        }
        try await connected()
        let replies = try await call(actions, until: deadline)
        if !replies.contains(where: { $0.outcome == .denied }) { _ = failures.succeeded() }
        for reply in replies {
            switch reply.outcome {
            case .success: continue
            case .denied:
                let failure = HookFailure.managerRightMissing(target, username: options.username)
                // Asterisk gives a connection the rights that its account has at the login, and no others later.
                end(failure)
                throw failure
            case .error(let text): throw .stateNotSet(target, seen: text)
            }
        }
    }

    /// Sends these actions at once, and waits for all their answers.
    func call(_ actions: [ManagerAction], until deadline: Date) async throws(HookFailure) -> [ManagerReply] {
        guard !actions.isEmpty else { return [] }
        let ids = open.newIDs(actions.count)
        var bytes: [UInt8] = []
        do throws(UnsendableField) {
            for (action, id) in zip(actions, ids) { bytes += try action.message(id: id).bytes() }
        } catch {
            throw .rejected(target, seen: "\(error)", remedy: "Correct the field in [[hook]].")
        }
        guard let connection else { throw .closed(target) }
        let outcome = await withCheckedContinuation { waiter in
            let number = open.open(ids, waiter)
            scheduler.schedule(deadlineName(number), at: deadline) { [weak self] in await self?.timedOut(number) }
            connection.write(bytes)
        }
        return try outcome.get()
    }

    /// Who is late with one answer is late with all, and what it answers later is nobody's any more.
    private func timedOut(_ number: Int) {
        guard open.isOpen(number) else { return }
        end(.unreachable(target, seen: "no answer within \(options.timeLimit.formatted()) s"))
    }

    func deadlineName(_ number: Int) -> String { deadlines("answers \(number)") }

    private func warnIfReadable() {
        let isLocal = options.host == "localhost" || options.host == "::1" || options.host.hasPrefix("127.")
        guard !options.isSecured, !isLocal else { return }
        let secret = options.login == .plain ? ", the secret too" : ""
        logger.warning(
            """
            Hook \(name) goes to \(target) without TLS: announcements can be read on the way\(secret). Set \
            transport = "tls" in [[hook]], and tlsenable in Asterisk's manager.conf.
            """,
            metadata: ["event": "hook-unencrypted", "hook": "\(name)"]
        )
    }
}
