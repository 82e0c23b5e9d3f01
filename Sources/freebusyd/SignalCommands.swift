import DaemonApp
import Dispatch
import Foundation

/// The signals that mean something to the daemon, as commands in the order in which they came.
///
/// Several quick signals of the same number may arrive as one; each of these commands may well be given once too often
/// or too seldom in such a burst.
final class SignalCommands: Sendable {
    private static let meanings: [(signal: Int32, command: Daemon.Command)] = [
        (SIGUSR1, .forceNow), (SIGHUP, .reload), (SIGTERM, .stop), (SIGINT, .stop),
    ]

    let commands: AsyncStream<Daemon.Command>
    private let queue = DispatchQueue(label: "freebusyd.signals")
    private let continuation: AsyncStream<Daemon.Command>.Continuation
    /// Sources are not Sendable, but these are made in `init`, cancelled in `deinit`, and touched nowhere else.
    private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

    init() {
        let (commands, continuation) = AsyncStream.makeStream(
            of: Daemon.Command.self,
            bufferingPolicy: .bufferingOldest(16)
        )
        self.commands = commands
        self.continuation = continuation
        // A log that nobody reads any more must not end the daemon.
        signal(SIGPIPE, SIG_IGN)
        let queue = queue
        sources = Self.meanings.map { meaning in
            // Dispatch watches beside the default action, which would end the process.
            signal(meaning.signal, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: meaning.signal, queue: queue)
            source.setEventHandler { @Sendable in
                continuation.yield(meaning.command)
                // Where too many commands wait for the last to get in, the end of the stream says the same.
                if meaning.command == .stop { continuation.finish() }
            }
            source.activate()
            return source
        }
    }

    deinit {
        for source in sources { source.cancel() }
    }
}
