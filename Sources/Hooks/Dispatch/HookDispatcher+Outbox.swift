import Availability
import Foundation

/// What is asked of the outbox and told to it.
extension HookDispatcher {
    func release() async {
        guard state == .starting else { return }
        besides += 1
        defer {
            besides -= 1
            resumeIfQuiet()
        }
        do {
            try await outbox.releaseAll()
            guard state == .starting else { return }
            if let count = startFailures.succeeded() { log.storeRecovered(failures: count) }
            state = .running
            pumpAll()
        } catch {
            guard state == .starting else { return }
            if startFailures.failed() { log.storeFailed(error, failures: startFailures.count) }
            scheduler.schedule(Self.startDeadline, at: retryTime(afterFailures: startFailures.count)) { [weak self] in
                await self?.release()
            }
        }
    }

    func pumpAll() {
        for name in lanes.keys { pumpSoon(name) }
    }

    func pumpSoon(_ name: String) {
        guard state == .running || state == .stopping, let lane = lanes[name] else { return }
        guard !lane.isPumping else {
            lanes[name]?.mustPumpAgain = true
            return
        }
        lanes[name]?.isPumping = true
        Task { await pump(name) }
    }

    /// The outbox is tried again even where it says it is no use: somebody may have mended it.
    func retryTime(afterFailures failures: Int) -> Date {
        let delay = retries.delay(afterFailures: failures, advice: .later, jitter: jitter())
        return scheduler.now.addingTimeInterval(delay ?? retries.longest)
    }

    func forgetIfDone(_ name: String) {
        guard let lane = lanes[name], lane.isLeaving, lane.isQuiet, !lane.isAlive, lane.isSettled else { return }
        lanes[name] = nil
    }

    /// Stops those that have delivered for the last time, while others of the same name go on.
    func stopEnded(_ name: String, isEnding: Bool = false) {
        while let hook = lanes[name]?.takeEnded(isEnding: isEnding) {
            besides += 1
            Task {
                await hook.stop()
                lanes[name]?.stopped(hook)
                forgetIfDone(name)
                pumpSoon(name)
                besides -= 1
                resumeIfQuiet()
            }
        }
    }

    /// One at a time for each hook, so that nobody else takes from its lane between the question and the answer.
    private func pump(_ name: String) async {
        repeat {
            lanes[name]?.mustPumpAgain = false
            await startNew(name)
            do {
                try await settle(name)
                try await hasten(name)
                try await takeAndLaunch(name)
                if let count = lanes[name]?.storeFailures.succeeded() { log.storeRecovered(failures: count) }
            } catch {
                storeFailed(name, error)
            }
            stopEnded(name)
        } while lanes[name]?.mustPumpAgain == true
        lanes[name]?.isPumping = false
        forgetIfDone(name)
        resumeIfQuiet()
    }

    private func hasten(_ name: String) async throws(StoreFailure) {
        guard state == .running, lanes[name]?.isHastened == true else { return }
        lanes[name]?.isHastened = false
        do throws(StoreFailure) {
            try await outbox.hasten(name, at: scheduler.now)
        } catch {
            lanes[name]?.isHastened = true
            throw error
        }
    }

    private func startNew(_ name: String) async {
        guard state == .running, let hook = lanes[name]?.takeUnstarted() else { return }
        await hook.start { [weak self, weak hook] in
            guard let hook else { return }
            self?.soon { $0.receiverForgot(hook) }
        }
    }

    /// What ended meanwhile goes into one transaction, and the next one takes what ended during that.
    private func settle(_ name: String) async throws(StoreFailure) {
        if let delivered = lanes[name]?.delivered, !delivered.isEmpty {
            try await outbox.delivered(delivered, at: scheduler.now)
            lanes[name]?.delivered.removeFirst(delivered.count)
        }
        while let failed = lanes[name]?.failed.first {
            try await outbox.failed(
                failed.entry,
                at: scheduler.now,
                retryAt: failed.retryAt,
                why: "\(failed.failure.diagnosis.id): \(failed.failure.diagnosis.summary)"
            )
            lanes[name]?.failed.removeFirst()
        }
        if let failure = lanes[name]?.disabling {
            lanes[name]?.disabling = nil
            do throws(StoreFailure) {
                try await outbox.disable(
                    name,
                    at: scheduler.now,
                    why: "\(failure.diagnosis.id): \(failure.diagnosis.summary)"
                )
            } catch {
                if lanes[name]?.isDisabled == true { lanes[name]?.disabling = failure }
                throw error
            }
        }
    }

    private func takeAndLaunch(_ name: String) async throws(StoreFailure) {
        guard state == .running, let lane = lanes[name] else { return }
        let room = lane.room(at: scheduler.now)
        guard room > 0 else { return waitForRoom(name) }
        let isProbing = lane.outage != nil
        let entries = try await outbox.take(for: name, dueAt: scheduler.now, limit: room)
        // Stopped meanwhile: they stay marked, and the next start releases them.
        guard state == .running else { return }
        // The receiver may have failed meanwhile: then these are like those that were already under way.
        for entry in entries { launch(entry, lane.run.hook, isProbe: isProbing) }
        guard lanes[name]?.room(at: scheduler.now) ?? 0 > 0 else { return waitForRoom(name) }
        let due = try await outbox.nextDue(for: name)
        guard state == .running else { return }
        guard let due else { return scheduler.cancel(Self.deadline(name)) }
        pumpLater(name, at: due)
    }

    /// The end of a delivery asks again, or the end of a pause.
    private func waitForRoom(_ name: String) {
        guard let lane = lanes[name], !lane.isLeaving, !lane.isDisabled, let outage = lane.outage,
            scheduler.now < outage.retryAt, !outage.isProbing
        else { return scheduler.cancel(Self.deadline(name)) }
        pumpLater(name, at: outage.retryAt)
    }

    private func pumpLater(_ name: String, at time: Date) {
        scheduler.schedule(Self.deadline(name), at: time) { [weak self] in await self?.pumpSoon(name) }
    }

    private func storeFailed(_ name: String, _ failure: StoreFailure) {
        guard let isWorthTelling = lanes[name]?.storeFailures.failed(), let lane = lanes[name] else { return }
        if isWorthTelling { log.storeFailed(failure, failures: lane.storeFailures.count) }
        guard state == .running else { return }
        pumpLater(name, at: retryTime(afterFailures: lane.storeFailures.count))
    }
}
