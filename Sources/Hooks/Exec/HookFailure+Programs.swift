import Availability
import Foundation

// All are tried again: a program is mended while the daemon runs, and by then only the newest state is waiting.
extension HookFailure {
    /// `nil` where the program did what it should.
    init?(_ end: ProgramOutcome.End, of options: ExecHook.Options) {
        let program = options.program
        switch end {
        case .exited(status: 0): return nil
        case .exited(let status): self = .exitStatus(status, program)
        case .killed(let signal): self = .killed(signal, program)
        case .timedOut: self = .timedOut(after: options.timeLimit, program)
        case .notStarted(let code): self = .notStarted(code, program)
        }
    }

    /// The event has no JSON form.
    static func notEncodable(_ error: any Error) -> HookFailure {
        HookFailure(
            Diagnosis(
                id: "hook.not-encodable",
                summary: "the event cannot be written as JSON: \(error)",
                remedy: "report this line: it is a mistake of freebusyd"
            ),
            retry: .never
        )
    }

    private static func exitStatus(_ status: Int32, _ program: String) -> HookFailure {
        HookFailure(
            Diagnosis(
                id: "hook.exit-status",
                summary: "\(program) exited with \(status)",
                remedy: "look at the lines \"Hook wrote\" of the log; it must exit with 0 once the event is delivered"
            ),
            retry: .later
        )
    }

    private static func killed(_ signal: Int32, _ program: String) -> HookFailure {
        HookFailure(
            Diagnosis(
                id: "hook.killed",
                summary: "\(program) was ended by signal \(signal)",
                remedy: "run it by hand with an event on its standard input; see the kernel log where memory was short"
            ),
            retry: .later
        )
    }

    private static func timedOut(after seconds: TimeInterval, _ program: String) -> HookFailure {
        HookFailure(
            Diagnosis(
                id: "hook.timed-out",
                summary: "\(program) did not end within \(seconds.formatted()) s and was stopped",
                remedy: "see what it waits for, or raise `time_limit` of the hook"
            ),
            retry: .later
        )
    }

    private static func notStarted(_ code: Int32, _ program: String) -> HookFailure {
        let (seen, remedy) = startProblem(code)
        return HookFailure(
            Diagnosis(id: "hook.not-executable", summary: "\(program) cannot be started: \(seen)", remedy: remedy),
            retry: .later
        )
    }

    private static func startProblem(_ code: Int32) -> (seen: String, remedy: String) {
        switch code {
        case ENOENT, ENOTDIR:
            ("there is no such file", "put the path of the program, or of the interpreter in its first line, right")
        case EACCES, EPERM:
            ("it may not be run", "make it executable for the user freebusyd runs as, and its folders accessible")
        case ENOEXEC:
            ("it is not a program", "begin a script with a line such as `#!/bin/sh`")
        case EMFILE, ENFILE:
            ("too many files are open", "raise `LimitNOFILE` of the service")
        case EAGAIN, ENOMEM:
            ("the system is short of processes or memory", "raise `TasksMax` or `MemoryMax` of the service")
        default:
            ("system error \(code)", "run it by hand as the user freebusyd runs as")
        }
    }
}
