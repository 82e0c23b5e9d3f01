import Foundation

/// A program to be run once.
struct ProgramCall: Sendable {
    /// Absolute; no search along `PATH`, no shell.
    var path: String
    /// Without the program's own name.
    var arguments: [String]
    /// All of it: nothing is inherited.
    var environment: [String: String]
    /// Its standard input.
    var input: Data
    /// Seconds until its process group is asked to end.
    var timeLimit: TimeInterval
    /// Seconds it then has before it is killed.
    var grace: TimeInterval
    /// Bytes of output that are kept.
    var outputLimit: Int
}

/// How a program ended.
struct ProgramOutcome: Hashable, Sendable {
    enum End: Hashable, Sendable {
        case exited(status: Int32)
        case killed(signal: Int32)
        /// It was ended because its time was over.
        case timedOut
        /// It never ran; with the `errno`.
        case notStarted(Int32)
    }

    var end: End
    var output: CapturedOutput
}
