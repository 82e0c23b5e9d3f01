import Availability
import Dispatch
import Foundation
import SerialQueue

/// Runs programs, many at a time, and waits for none of them with a thread.
actor ProgramRunner {
    private struct Run {
        var child: ChildProcess
        let grace: TimeInterval
        var isTimedOut = false
        var continuation: CheckedContinuation<ProgramOutcome, Never>?
    }

    private let serial: SerialQueue
    nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    private let deadlines: DeadlineNames
    private let scheduler: any Scheduler
    private var watch: ReadinessWatch?
    /// By a number that only rises, never by process or descriptor: those are used again.
    private var runs: [UInt64: Run] = [:]
    private var lastNumber: UInt64 = 0

    /// - Parameter name: of the hook.
    init(name: String, scheduler: any Scheduler) {
        deadlines = DeadlineNames(of: "program of hook \(name)")
        self.scheduler = scheduler
        serial = SerialQueue(label: "freebusyd.programs")
    }

    /// Runs a program to its end, or until its time is over.
    ///
    /// What it left in the background when it ended by itself lives on; when its time is over, its whole session ends.
    func run(_ call: ProgramCall) async -> ProgramOutcome {
        lastNumber += 1
        let number = lastNumber
        do throws(SystemError) {
            try start(call, number)
        } catch {
            scheduler.cancel(deadline(number))
            return ProgramOutcome(end: .notStarted(error.code), output: CapturedOutput(limit: 0))
        }
        // No suspension between start and this: the end cannot come before somebody waits for it.
        return await withCheckedContinuation { runs[number]?.continuation = $0 }
    }

    private func start(_ call: ProgramCall, _ number: UInt64) throws(SystemError) {
        let watch = try openWatch()
        scheduler.schedule(deadline(number), at: scheduler.now.addingTimeInterval(call.timeLimit)) { [weak self] in
            await self?.timeIsOver(number)
        }
        let child = try ChildProcess(call)
        do throws(SystemError) {
            try watch.add(child.handle, key: Key(number, .end).value)
            if let output = child.outputEnd { try watch.add(output, key: Key(number, .output).value) }
        } catch {
            child.signal(SIGKILL)
            _ = child.collect()
            closeAll(of: child)
            throw error
        }
        runs[number] = Run(child: child, grace: call.grace)
    }

    private func openWatch() throws(SystemError) -> ReadinessWatch {
        if let watch { return watch }
        let opened = try ReadinessWatch(queue: serial.queue) { [weak self] in
            self?.assumeIsolated { $0.lookAround() }
        }
        watch = opened
        return opened
    }

    private func deadline(_ number: UInt64) -> String { deadlines("\(number)") }
}

// MARK: What descriptors tell

extension ProgramRunner {
    private struct Key {
        enum Kind: UInt64 {
            case end, output
        }

        let number: UInt64
        let kind: Kind

        init(_ number: UInt64, _ kind: Kind) {
            self.number = number
            self.kind = kind
        }

        init(_ value: UInt64) {
            number = value >> 1
            kind = value & 1 == 0 ? .end : .output
        }

        var value: UInt64 { number << 1 | kind.rawValue }
    }

    private func lookAround() {
        for key in (watch?.ready() ?? []).map({ Key($0) }) {
            switch key.kind {
            case .end: ended(key.number)
            case .output: readOutput(key.number)
            }
        }
    }

    private func readOutput(_ number: UInt64) {
        guard runs[number]?.child.readOutput() == false, let output = runs[number]?.child.outputEnd else { return }
        watch?.remove(output)
        close(output)
        runs[number]?.child.outputEnd = nil
    }

    private func ended(_ number: UInt64) {
        scheduler.cancel(deadline(number))
        guard var run = runs.removeValue(forKey: number) else { return }
        // While the program is not collected its number still names its session, and nobody else's.
        if run.isTimedOut { run.child.signal(SIGKILL) }
        let end = run.child.collect()
        _ = run.child.readOutput()
        closeAll(of: run.child)
        let outcome = ProgramOutcome(end: run.isTimedOut ? .timedOut : end, output: run.child.output)
        run.continuation?.resume(returning: outcome)
    }

    private func closeAll(of child: ChildProcess) {
        for descriptor in [child.handle, child.outputEnd].compactMap(\.self) {
            watch?.remove(descriptor)
            close(descriptor)
        }
    }
}

// MARK: Time limits

extension ProgramRunner {
    private func timeIsOver(_ number: UInt64) {
        guard let run = runs[number] else { return }
        if run.isTimedOut { return run.child.signal(SIGKILL) }
        runs[number]?.isTimedOut = true
        run.child.signal(SIGTERM)
        scheduler.schedule(deadline(number), at: scheduler.now.addingTimeInterval(run.grace)) { [weak self] in
            await self?.timeIsOver(number)
        }
    }
}
