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
    private typealias Outcome = Result<SIPResponse, SIPLinkFailure>

    private struct Transaction {
        let message: [UInt8]
        var timers: TransactionTimers
        let patience: TimeInterval
        let asker: CheckedContinuation<Outcome, Never>
    }

    private enum State {
        case closed
        case opening
        case open(any SIPChannel)
    }

    private let serial = SerialQueue(label: "freebusyd.sip.link")
    nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    let server: SIPServer
    private let security: StreamSecurity
    private let scheduler: any Scheduler
    private let onLoss: @Sendable () -> Void
    /// Of this link alone, so that no answer to another one is taken for its own.
    private let seed = String(UInt64.random(in: .min ... .max), radix: 36)
    private var state = State.closed
    private var openers: [CheckedContinuation<Result<any SIPChannel, ConnectionFailure>, Never>] = []
    /// Which of the sockets in turn is the present one: what comes from an earlier one does not count.
    private var generation = 0
    private var reader = SIPStreamReader()
    private var requests = 0
    private var transactions: [TransactionKey: Transaction] = [:]
    /// Messages that belonged to nothing.
    private(set) var dropped = 0
    /// Since when something was asked over the connection and nothing came over it; `nil` where that is not so.
    private var silentSince: Date?
    /// Seconds of that after which the connection is none.
    private static let longestSilence: TimeInterval = 5

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

// MARK: Transactions

extension SIPLink {
    private func came(_ message: SIPMessage) {
        guard case .response(let response) = message, let key = response.transaction,
            transactions[key] != nil
        else { return dropped += 1 }
        handle(response.status < 200 ? .provisional : .final, of: key, response)
    }

    private func handle(_ event: TransactionTimers.Event, of key: TransactionKey, _ response: SIPResponse? = nil) {
        guard var transaction = transactions[key] else { return }
        let actions = transaction.timers.handle(event)
        transactions[key] = transaction
        for action in actions {
            switch action {
            case .send:
                if case .open(let channel) = state { channel.send(transaction.message) }
            case .start(.k, _), .stop(.k): break
            case .start(let timer, let seconds):
                let delay = timer == .f ? min(seconds, transaction.patience) : seconds
                scheduler.schedule(name(timer, key), at: scheduler.now.addingTimeInterval(delay)) { [weak self] in
                    await self?.handle(.elapsed(timer), of: key)
                }
            case .stop(let timer): scheduler.cancel(name(timer, key))
            case .deliver:
                if let response { end(key, .success(response)) }
            case .timedOut:
                end(key, .failure(.silent(min(64 * TransactionTimers.t1, transaction.patience))))
                // A connection that swallows everything is none; a new one may be.
                if let silentSince, scheduler.now.timeIntervalSince(silentSince) >= Self.longestSilence { close() }
            case .failed, .end: break
            }
        }
    }

    /// It is forgotten at once: an answer that comes again belongs to nothing and is dropped.
    private func end(_ key: TransactionKey, _ outcome: Outcome) {
        guard let transaction = transactions.removeValue(forKey: key) else { return }
        scheduler.cancel(name(.e, key))
        scheduler.cancel(name(.f, key))
        transaction.asker.resume(returning: outcome)
    }

    private func name(_ timer: TransactionTimers.Timer, _ key: TransactionKey) -> String {
        "sip: timer \(timer) of \(key.branch)"
    }
}
