package import Availability
package import Foundation
package import Logging
import Synchronization

/// The hook `exec`: runs a program with the event on its standard input and in its environment.
///
/// No shell, a clean environment, the working directory `/`, a session of its own. The program has delivered the event
/// when it exits with 0. It may be given the same event again.
package final class ExecHook: PresenceHook {
    /// What the configuration says of the program.
    package struct Options: Hashable, Sendable {
        /// The path of the program, absolute.
        package var program: String
        package var arguments: [String]
        /// Seconds until the program is asked to end (SIGTERM).
        package var timeLimit: TimeInterval
        /// Seconds it then has until it is killed, with all it started (SIGKILL).
        package var grace: TimeInterval
        /// How many of it may run at once, each for another user.
        package var concurrencyLimit: Int
        /// Bytes that are kept of the beginning of its output, for each run.
        package var outputLimit: Int
        /// Lines of its output that reach the log, for each run.
        package var lineLimit: Int

        package init(
            program: String,
            arguments: [String] = [],
            timeLimit: TimeInterval = 10,
            grace: TimeInterval = 2,
            concurrencyLimit: Int = 4,
            outputLimit: Int = 8_192,
            lineLimit: Int = 5
        ) {
            self.program = program
            self.arguments = arguments
            self.timeLimit = timeLimit
            self.grace = grace
            self.concurrencyLimit = concurrencyLimit
            self.outputLimit = outputLimit
            self.lineLimit = lineLimit
        }
    }

    package let name: String
    package let kind = "exec"
    package var target: String { ([options.program] + options.arguments).joined(separator: " ") }
    package var concurrencyLimit: Int { max(1, options.concurrencyLimit) }

    private let options: Options
    private let logger: Logger
    private let runner: ProgramRunner
    // Runs end on many threads, and each only counts: a lock is shorter than a hop.
    private let failures = Mutex(FailureStreak())

    /// Characters of a line of output that reach the log.
    private static let longestLine = 1_000

    /// - Parameter name: as in the configuration.
    package init(name: String, options: Options, scheduler: any Scheduler, logger: Logger) {
        self.name = name
        self.options = options
        self.logger = logger
        runner = ProgramRunner(name: name, scheduler: scheduler)
    }

    package func deliver(_ event: PresenceEvent) async throws(HookFailure) {
        let outcome = await runner.run(try call(for: event))
        guard let failure = HookFailure(outcome, of: options) else {
            _ = failures.withLock { $0.succeeded() }
            return tell(outcome.output, of: event, level: .info)
        }
        // A program that fails for hours writes the same each time: it is told as often as the failure itself.
        let isWorthTelling = failures.withLock { $0.failed() }
        tell(outcome.output, of: event, level: isWorthTelling ? .warning : .debug)
        throw failure
    }

    private func call(for event: PresenceEvent) throws(HookFailure) -> ProgramCall {
        let input: Data
        do {
            input = try EventJSON.encode(event)
        } catch {
            throw HookFailure.notEncodable(error)
        }
        return ProgramCall(
            path: options.program,
            arguments: options.arguments,
            environment: EventEnvironment.variables(for: event),
            input: input,
            timeLimit: options.timeLimit,
            grace: options.grace,
            outputLimit: options.outputLimit
        )
    }

    private func tell(_ output: CapturedOutput, of event: PresenceEvent, level: Logger.Level) {
        let lines = output.lines.prefix(options.lineLimit).map { $0.shortened(to: Self.longestLine) }
        for line in lines {
            logger.log(level: level, "Hook \(name) wrote: \(line)", metadata: metadata(event, ["output": "\(line)"]))
        }
        let rest = output.lineCount - lines.count
        guard rest > 0 else { return }
        let text = rest == 1 ? "1 more line" : "\(rest) more lines"
        logger.log(level: level, "Hook \(name) wrote: … \(text) left out", metadata: metadata(event, [:]))
    }

    private func metadata(_ event: PresenceEvent, _ more: Logger.Metadata) -> Logger.Metadata {
        more.merging(["event": "hook-wrote", "hook": "\(name)", "user": "\(event.user)"]) { first, _ in first }
    }
}
