import AsteriskMessages
import Availability
import Foundation
import HTTPTransport
import Logging

extension AsteriskHook {
    nonisolated var connectDeadline: String { deadlines("connect") }

    /// Waits until there is a connection that is logged in.
    func connected() async throws(HookFailure) {
        switch link {
        case .up: return
        case .none:
            guard !isStopped else { throw .closed(target) }
            if let refusal, scheduler.now < refusal.until { throw refusal.failure }
            connect()
        case .connecting: break
        }
        let outcome = await withCheckedContinuation { (waiter: Waiter) in
            // Nothing came between this and the lines above.
            guard case .connecting(let waiters) = link else {
                return waiter.resume(returning: .failure(HookFailure.closed(target)))
            }
            link = .connecting(waiters + [waiter])
        }
        try outcome.get()
    }

    /// Begins to connect and to log in. Who waits for it is told how it went.
    func connect() {
        link = .connecting([])
        scheduler.cancel(connectDeadline)
        Task {
            do throws(HookFailure) {
                try await connectAndLogIn()
                cameUp()
            } catch {
                failedToComeUp(error)
            }
        }
    }

    private func connectAndLogIn() async throws(HookFailure) {
        let deadline = scheduler.now.addingTimeInterval(options.timeLimit)
        let connection: StreamConnection
        do throws(ConnectionFailure) {
            connection = try await StreamConnection.connect(
                to: options.host,
                port: options.port,
                names: names,
                security: try security(),
                timeLimit: options.timeLimit
            )
        } catch {
            // The file of authorities may be another by the next time.
            trust = nil
            throw HookFailure(error, receiver: target)
        }
        guard !isStopped else { throw .closed(target) }
        self.connection = connection
        Task { await read(connection) }
        let replies: [ManagerReply]
        do throws(HookFailure) {
            replies = try await call([try await login(until: deadline)], until: deadline)
        } catch {
            guard error.scope == .event else { throw error }
            // A name or secret that no line can carry is nobody's event: all wait until it is another.
            throw .managerLoginRefused(target, username: options.username, seen: error.diagnosis.summary)
        }
        for reply in replies {
            guard reply.outcome != .success else { continue }
            let seen = if case .error(let text) = reply.outcome { text } else { "Permission denied" }
            throw .managerLoginRefused(target, username: options.username, seen: seen)
        }
    }

    private func security() throws(ConnectionFailure) -> StreamSecurity {
        guard options.isSecured else { return .none }
        if let trust { return .tls(trust) }
        let trust = try TLSTrust(caFile: options.caFile)
        self.trust = trust
        return .tls(trust)
    }

    private func login(until deadline: Date) async throws(HookFailure) -> ManagerAction {
        let secret = options.secret.reveal()
        guard options.login == .challenge else { return .login(username: options.username, secret: secret) }
        let replies = try await call([.challenge], until: deadline)
        guard let reply = replies.first, let challenge = reply.challenge else {
            let text = if case .error(let text) = replies.first?.outcome { text } else { "" }
            throw .misunderstood(target, seen: "it gives no challenge for an MD5 login (\(text))")
        }
        guard let action = ManagerAction.login(username: options.username, challenge: challenge, secret: secret) else {
            throw .managerLoginRefused(target, username: options.username, seen: "this machine's OpenSSL has no MD5")
        }
        return action
    }

    private func cameUp() {
        guard case .connecting(let waiters) = link else { return }
        guard connection != nil else { return failedToComeUp(.closed(target)) }
        link = .up
        refusal = nil
        for waiter in waiters { waiter.resume(returning: .success(())) }
        let after = failures.count > 0 ? ", after \(failures.count) failures" : ""
        logger.info(
            "Hook \(name) is logged in at \(target)\(after)",
            metadata: ["event": "hook-connected", "hook": "\(name)"]
        )
        pingLater()
        receiverForgot?()
    }

    private func failedToComeUp(_ failure: HookFailure) {
        guard case .connecting(let waiters) = link else { return }
        link = .none
        connection?.close()
        connection = nil
        noteRefusal(failure)
        // Of failed deliveries the dispatcher tells.
        let isWorthTelling = failures.failed()
        if waiters.isEmpty, isWorthTelling, !isStopped { tell(failure) }
        for waiter in waiters { waiter.resume(returning: .failure(failure)) }
        connectLater(failure.retry)
    }

    /// Ends the connection that is up, or that logs in: nothing on it will be answered any more.
    func end(_ failure: HookFailure) {
        connection?.close()
        connection = nil
        // Who waits for the login hears of it by its answer.
        if case .up = link {
            link = .none
            scheduler.cancel(pingDeadline)
            let isWorthTelling = failures.failed()
            if open.isEmpty, isWorthTelling, !isStopped { tell(failure) }
            noteRefusal(failure)
            connectLater(failure.retry)
        }
        for number in open.failAll(failure) { scheduler.cancel(deadlineName(number)) }
    }

    private func noteRefusal(_ failure: HookFailure) {
        guard case .after(let seconds) = failure.retry else { return }
        refusal = (failure, scheduler.now.addingTimeInterval(seconds))
    }

    private func connectLater(_ advice: RetryAdvice) {
        guard !isStopped else { return }
        let delay = retries.delay(afterFailures: failures.count, advice: advice, jitter: .random(in: 0..<1))
        scheduler.schedule(connectDeadline, at: scheduler.now.addingTimeInterval(delay ?? retries.longest)) {
            [weak self] in await self?.connectAgain()
        }
    }

    private func connectAgain() {
        guard case .none = link, !isStopped else { return }
        connect()
    }

    private func tell(_ failure: HookFailure) {
        logger.warning(
            "Hook \(name) has lost its receiver: \(failure.diagnosis.summary) \(failure.diagnosis.remedy)",
            metadata: ["diagnosis": .stringConvertible(failure.diagnosis), "hook": "\(name)"]
        )
    }
}
