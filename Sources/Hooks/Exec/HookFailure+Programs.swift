import Availability
import Foundation

// All are tried again: a program is mended while the daemon runs, and by then only the newest state is waiting.
extension HookFailure {
    /// `nil` where the program did what it should.
    init?(_ outcome: ProgramOutcome, of options: ExecHook.Options) {
        let program = options.program
        switch outcome.end {
        case .exited(status: 0): return nil
        case .exited(let status): self = .exitStatus(status, program, Self.lastWords(outcome))
        case .killed(let signal): self = .killed(signal, program, Self.lastWords(outcome))
        case .timedOut: self = .timedOut(after: options.timeLimit, program, Self.lastWords(outcome))
        case .notStarted(let code): self = .notStarted(code, program)
        }
    }

    /// The event has no JSON form.
    static func notEncodable(_ error: any Error) -> HookFailure {
        HookFailure(
            Diagnosis(
                id: "hook.not-encodable",
                summary: "The event cannot be written as JSON (\(error)).",
                remedy: "Report this line: it is a mistake of freebusyd."
            ),
            retry: .never
        )
    }

    /// The end of a sentence: what the program wrote last, if anything.
    private static func lastWords(_ outcome: ProgramOutcome) -> String {
        outcome.output.lastLine.map { " after writing “\($0.shortened(to: longestWords))”" } ?? ""
    }

    private static let longestWords = 200

    private static func exitStatus(_ status: Int32, _ program: String, _ lastWords: String) -> HookFailure {
        HookFailure(
            Diagnosis(
                id: "hook.exit-status",
                summary: "The program \(program) exited with status \(status)\(lastWords).",
                remedy: "Look at what it wrote in the log. It must exit with 0 once the event is delivered."
            ),
            retry: .later
        )
    }

    private static func killed(_ signal: Int32, _ program: String, _ lastWords: String) -> HookFailure {
        HookFailure(
            Diagnosis(
                id: "hook.killed",
                summary: "The program \(program) was ended by signal \(signal)\(lastWords).",
                remedy: "Run it by hand with an event on its standard input. See the kernel log where memory was short."
            ),
            retry: .later
        )
    }

    private static func timedOut(
        after seconds: TimeInterval,
        _ program: String,
        _ lastWords: String
    ) -> HookFailure {
        HookFailure(
            Diagnosis(
                id: "hook.timed-out",
                summary: "The program \(program) did not end within \(seconds.formatted()) s and was stopped"
                    + "\(lastWords).",
                remedy: "See what it waits for, or raise timeout in [[hook]]."
            ),
            retry: .later
        )
    }

    private static func notStarted(_ code: Int32, _ program: String) -> HookFailure {
        let (seen, remedy) = startProblem(code)
        return HookFailure(
            Diagnosis(
                id: "hook.not-executable",
                summary: "The program \(program) cannot be started: \(seen).",
                remedy: remedy
            ),
            retry: .later
        )
    }

    private static func startProblem(_ code: Int32) -> (seen: String, remedy: String) {
        switch code {
        case ENOENT, ENOTDIR:
            (
                "there is no such file",
                "Correct the path in command of [[hook]], or that of the interpreter in the program's first line."
            )
        case EACCES, EPERM:
            ("it may not be run", "Make it executable for the user freebusyd runs as, and its folders accessible.")
        case ENOEXEC:
            ("it is not a program", "Begin a script with a line such as #!/bin/sh.")
        case EMFILE, ENFILE:
            ("too many files are open", "Raise LimitNOFILE of the service.")
        case EAGAIN, ENOMEM:
            ("the system is short of processes or memory", "Raise TasksMax or MemoryMax of the service.")
        default:
            ("system error \(code)", "Run it by hand as the user freebusyd runs as.")
        }
    }
}
