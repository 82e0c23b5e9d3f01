import Availability
import Foundation
import SIPMessages
import SerialQueue

/// Client transactions with one server, over one socket that is opened when somebody asks and opened anew after it was
/// lost (RFC 3261, 17.1.2 and 18).
///
/// An answer belongs to the request with the branch it repeats. What belongs to none - answers that come twice or too
/// late, garbage, requests - is dropped and counted; garbage in a stream ends the connection. Memory is bounded by what
/// is asked at once, which is for the caller to bound, and by the longest message.
actor SIPLink {
    typealias Outcome = Result<SIPResponse, SIPLinkFailure>

    struct Transaction {
        let message: [UInt8]
        var timers: TransactionTimers
        let patience: TimeInterval
        let asker: CheckedContinuation<Outcome, Never>
    }

    enum State {
        case closed
        case opening
        case open(any SIPChannel)
    }

    private let serial = SerialQueue(label: "freebusyd.sip.link")
    nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    let server: SIPServer
    private let security: StreamSecurity
    let scheduler: any Scheduler
    private let onLoss: @Sendable () -> Void
    /// Of this link alone, so that no answer to another one is taken for its own.
    private let seed = String(UInt64.random(in: .min ... .max), radix: 36)
    private(set) var state = State.closed
    private var openers: [CheckedContinuation<Result<any SIPChannel, ConnectionFailure>, Never>] = []
    /// Which of the sockets in turn is the present one: what comes from an earlier one does not count.
    private var generation = 0
    private var reader = SIPStreamReader()
    private var requests = 0
    var transactions: [TransactionKey: Transaction] = [:]
    /// Messages that belonged to nothing.
    var dropped = 0
    /// Since when something was asked over the connection and nothing came over it; `nil` where that is not so.
    private(set) var silentSince: Date?

    /// - Parameter onLoss: is called when a connection over TCP or TLS ended that was there.
    init(
        _ server: SIPServer,
        security: StreamSecurity,
        scheduler: any Scheduler,
        onLoss: @escaping @Sendable () -> Void
    ) {
        self.server = server
        self.security = security
        self.scheduler = scheduler
        self.onLoss = onLoss
    }

    /// Asks, and gives the final answer.
    ///
    /// - Parameter patience: seconds until it is given up, if that is sooner than the protocol does.
    func exchange(_ request: SIPRequest, patience: TimeInterval) async throws(SIPLinkFailure) -> SIPResponse {
        let channel: any SIPChannel
        do throws(ConnectionFailure) {
            channel = try await opened(patience: patience)
        } catch {
            throw .connection(error)
        }
        requests += 1
        let sentBy = channel.sentBy
        let via = ViaHeader(
            server.transport,
            host: sentBy.host,
            port: sentBy.port,
            unique: "\(seed)x\(String(requests, radix: 36))"
        )
        var request = request
        request.headers = SIPHeaders([SIPHeader("Via", "\(via)")] + request.headers.fields.filter { $0.name != "Via" })
        let message: [UInt8]
        do throws(SIPSyntaxError) {
            message = try request.bytes
        } catch {
            throw .unwritable(error)
        }
        let key = TransactionKey(branch: via.branch ?? "", method: request.method)
        let outcome: Outcome = await withCheckedContinuation { asker in
            transactions[key] = Transaction(
                message: message,
                timers: TransactionTimers(over: server.transport),
                patience: patience,
                asker: asker
            )
            if server.transport != .udp { silentSince = silentSince ?? scheduler.now }
            handle(.begun, of: key)
        }
        return try outcome.get()
    }

    /// Ends the socket; what is under way fails.
    func close() {
        if case .open(let channel) = state { channel.close() }
        ended(.finished, generation)
    }
}

// MARK: The socket

extension SIPLink {
    private func opened(patience: TimeInterval) async throws(ConnectionFailure) -> any SIPChannel {
        switch state {
        case .open(let channel): return channel
        case .opening: return try await withCheckedContinuation { openers.append($0) }.get()
        case .closed: break
        }
        state = .opening
        generation += 1
        (reader, silentSince) = (SIPStreamReader(), nil)
        let origin = generation
        var outcome = await open(origin, patience: patience)
        if case .success(let channel) = outcome {
            // It may have ended before anybody here knew that it had begun.
            if origin == generation {
                state = .open(channel)
            } else {
                channel.close()
                outcome = .failure(.closed)
            }
        }
        if case .failure = outcome { state = .closed }
        for opener in openers { opener.resume(returning: outcome) }
        openers = []
        return try outcome.get()
    }

    private func open(
        _ generation: Int,
        patience: TimeInterval
    ) async -> Result<any SIPChannel, ConnectionFailure> {
        // By the queue and not by tasks, which would overtake each other.
        let tell: @Sendable (SIPChannelEvent) -> Void = { [weak self] event in
            guard let link = self else { return }
            link.serial.queue.async { link.assumeIsolated { $0.came(event, generation) } }
        }
        do throws(ConnectionFailure) {
            guard server.transport != .udp else {
                return .success(
                    try await SIPDatagramChannel.open(to: server.address, port: server.port, tell: tell)
                )
            }
            let connection = try await StreamConnection.connect(
                to: [server.address],
                port: server.port,
                serverName: server.name,
                security: server.transport == .tls ? security : .none,
                timeLimit: patience
            )
            return .success(SIPStreamChannel(connection, tell: tell))
        } catch {
            return .failure(error)
        }
    }

    private func came(_ event: SIPChannelEvent, _ origin: Int) {
        guard origin == generation else { return }
        switch event {
        case .datagram(let bytes):
            if let message = try? SIPMessage(parsing: bytes) { came(message) } else { dropped += 1 }
        case .piece(let bytes):
            silentSince = nil
            reader.append(bytes)
            read()
        case .ended(let failure): ended(failure, origin)
        }
    }

    private func read() {
        do throws(SIPSyntaxError) {
            while let element = try reader.next() {
                if case .message(let message) = element { came(message) }
            }
        } catch {
            if case .open(let channel) = state { channel.close() }
            dropped += 1
            lost(.garbage(error))
        }
    }

    private func ended(_ failure: ConnectionFailure, _ origin: Int) {
        guard origin == generation else { return }
        lost(.connection(failure))
    }

    private func lost(_ failure: SIPLinkFailure) {
        generation += 1
        guard case .open = state else { return }
        state = .closed
        for key in transactions.keys { end(key, .failure(failure)) }
        if server.transport != .udp, failure != .connection(.finished) { onLoss() }
    }
}
