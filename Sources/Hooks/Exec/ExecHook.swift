package import Availability
package import Foundation
package import Logging

/// The hook `exec`: runs a program with the event on its standard input and in its environment.
///
/// No shell, a clean environment, the working directory `/`, a session of its own. The program has delivered the event
/// when it exits with 0. It may be given the same event again.
package struct ExecHook: PresenceHook {
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
        /// Bytes of its output that reach the log, for each run.
        package var outputLimit: Int

        package init(
            program: String,
            arguments: [String] = [],
            timeLimit: TimeInterval = 10,
            grace: TimeInterval = 2,
            concurrencyLimit: Int = 4,
            outputLimit: Int = 8_192
        ) {
            self.program = program
            self.arguments = arguments
            self.timeLimit = timeLimit
            self.grace = grace
            self.concurrencyLimit = concurrencyLimit
            self.outputLimit = outputLimit
        }
    }

    package let name: String
    package let kind = "exec"
    package var concurrencyLimit: Int { max(1, options.concurrencyLimit) }

    private let options: Options
    private let logger: Logger
    private let runner: ProgramRunner

    /// - Parameter name: as in the configuration.
    package init(name: String, options: Options, scheduler: any Scheduler, logger: Logger) {
        self.name = name
        self.options = options
        self.logger = logger
        runner = ProgramRunner(name: name, scheduler: scheduler)
    }

    package func deliver(_ event: PresenceEvent) async throws(HookFailure) {
        let outcome = await runner.run(try call(for: event))
        let failure = HookFailure(outcome.end, of: options)
        tell(outcome.output, of: event, level: failure == nil ? .info : .warning)
        if let failure { throw failure }
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
        for line in output.lines {
            logger.log(level: level, "Hook wrote", metadata: metadata(event, ["output": "\(line)"]))
        }
        guard output.isCut else { return }
        logger.log(level: level, "Hook wrote more than is kept", metadata: metadata(event, ["kept": "\(output.limit)"]))
    }

    private func metadata(_ event: PresenceEvent, _ more: Logger.Metadata) -> Logger.Metadata {
        more.merging(["hook": "\(name)", "user": "\(event.user)"]) { first, _ in first }
    }
}
