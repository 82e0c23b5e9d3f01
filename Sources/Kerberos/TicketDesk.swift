internal import Dispatch
internal import SerialQueue

/// Where the library is asked, one question after the other. It holds up the queue while it waits for a server, and
/// nothing else.
actor TicketDesk {
    private let serial = SerialQueue(label: "freebusyd.kerberos")
    private let source: TicketSource
    private var credential: Credential?

    init(_ source: TicketSource) {
        self.source = source
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    /// Puts a call behind those that came before. Straight onto the queue: whoever calls waits for a bounded time, which is
    /// not to be spent waiting for a thread of everybody's.
    ///
    /// - Parameter served: the call has been answered, or was not worth it any more.
    nonisolated func take(_ call: TokenCall, served: @escaping @Sendable () -> Void) {
        serial.queue.async {
            self.assumeIsolated { $0.serve(call) }
            served()
        }
    }

    /// Answers a call, unless whoever made it has gone: then the server is not asked in vain.
    private func serve(_ call: TokenCall) {
        guard call.isOpen else { return }
        do throws(KerberosError) {
            call.end(.success(try token(for: call.service)))
        } catch {
            call.end(.failure(error))
        }
    }

    /// Behind the calls that came before; nobody has to wait for a server that those wait for.
    nonisolated func discard() {
        serial.queue.async { self.assumeIsolated { $0.credential = nil } }
    }

    private func token(for service: String) throws(KerberosError) -> [UInt8] {
        NegotiationToken(message: try current().token(for: service)).encoded
    }

    private func current() throws(KerberosError) -> Credential {
        // Somebody else's cache is looked at each time: its ticket may have been replaced, and a look costs little.
        if source.renewsItself, let credential, !credential.isNearItsEnd { return credential }
        // Nobody is helped by an old one that could not be replaced: it would hide why, until it ends.
        credential = nil
        let new = try Credential(source)
        credential = new
        return new
    }
}
