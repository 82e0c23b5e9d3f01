internal import Dispatch
internal import Synchronization

/// One account's tickets, and the proofs that are made with them. A ticket near its end is replaced by itself.
///
/// The library may wait for a Kerberos server as long as it likes: that happens on a queue of the account's own, and
/// nobody waits for it longer than `patience`. Nothing of the process's environment is changed.
package final class KerberosTickets: Sendable {
    package let source: TicketSource
    /// Seconds after which somebody who waits is told that it takes too long.
    private let patience: Double
    /// Who may wait at once.
    private let waitingLimit: Int
    private let desk: TicketDesk
    private let waiting = Mutex(0)

    /// - Parameters:
    ///   - patience: in seconds. The library asks each Kerberos server for some seconds before it goes on to the next.
    ///   - waitingLimit: tokens that may be asked for at once; one more fails.
    package init(_ source: TicketSource, patience: Double = 20, waitingLimit: Int = 512) {
        self.source = source
        self.patience = patience
        self.waitingLimit = waitingLimit
        desk = TicketDesk(source)
    }

    /// A token for one request: each has an authenticator of its own, and a server takes none twice.
    ///
    /// - Parameter host: the server's name, never an address: the service is `HTTP@host`.
    /// - Returns: what goes base64 behind `Negotiate ` (RFC 4559, 4.2).
    package func token(for host: String) async throws(KerberosError) -> [UInt8] {
        let mayWait = waiting.withLock { waiting in
            guard waiting < waitingLimit else { return false }
            waiting += 1
            return true
        }
        guard mayWait else { throw KerberosError(.tooManyWaiting) }
        let call = TokenCall(service: "HTTP@\(host)")
        let timer = timer(for: call)
        defer { timer.cancel() }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                call.wait(continuation)
                desk.take(call) { self.waiting.withLock { $0 -= 1 } }
            }
        } onCancel: {
            call.end(.failure(KerberosError(.cancelled)))
        }
        return try outcome.get()
    }

    /// Throws away what was got so far: the next token is made with new tickets. Of no use for a cache that somebody else
    /// keeps.
    package func discard() async {
        desk.discard()
    }

    private func timer(for call: TokenCall) -> any DispatchSourceTimer {
        let limit = KerberosError(.timedOut(seconds: patience))
        let timer = DispatchSource.makeTimerSource()
        timer.schedule(deadline: .now() + patience)
        timer.setEventHandler { @Sendable in call.end(.failure(limit)) }
        timer.activate()
        return timer
    }
}
