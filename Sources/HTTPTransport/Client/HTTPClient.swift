import CCurl
import Dispatch
import SerialQueue

/// Sends requests over libcurl: many at once on one queue, over connections that are kept and used again.
///
/// A client lives until its transfers have ended, even if nobody holds it any more; ``shutDown()`` ends them at once.
package actor HTTPClient {
    private let executor = SerialQueue(label: "org.freebusyd.http")
    private let options: HTTPClientOptions
    /// Made with the first transfer, and anew if libcurl ever gives one up.
    private var multi: CurlMulti?
    private var isShutDown = false
    /// Rises with every request and is never given twice.
    private var lastNumber: UInt64 = 0
    private var admission: Admission
    private var waiting: [UInt64: Order] = [:]
    private var transfers: [UInt64: Transfer] = [:]
    /// Also those that ended but still have a reader.
    private var streams: [UInt64: StreamedResponse] = [:]
    /// Handles for the next transfers.
    private var idle: [CurlEasy] = []

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package init(options: HTTPClientOptions = HTTPClientOptions()) {
        self.options = options
        admission = Admission(options)
    }

    /// How many transfers are under way, streams included.
    package var activeTransfers: Int { transfers.count }

    /// Sends a request and collects the answer. Cancelling the task ends the transfer at once.
    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let destination = try Destination(
            url: request.url,
            unixSocket: request.unixSocket,
            mayBePlain: request.mayGoUnencrypted
        )
        let number = nextNumber()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let receiver = WholeResponse(limit: request.limits.bodyBytes, continuation: continuation)
                admit(Order(number, request, destination, receiver, isStream: false))
            }
        } onCancel: {
            cancel(number)
        }
        return try result.get()
    }

    /// Sends a request and returns when the header of the answer has come, with NTLM when its body begins; the body is
    /// read from what is returned.
    package func stream(_ request: HTTPRequest) async throws(HTTPError) -> HTTPStream {
        let destination = try Destination(url: request.url, unixSocket: request.unixSocket)
        guard streams.count < options.streamLimit else { throw .tooManyUnderWay }
        let number = nextNumber()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { opening in
                let receiver = StreamedResponse(capacity: options.streamBufferBytes, opening: opening)
                streams[number] = receiver
                start(Order(number, request, destination, receiver, isStream: true))
            }
        } onCancel: {
            cancel(number)
        }
        switch result {
        case .success(let head):
            return HTTPStream(head: head, ticket: StreamTicket(client: self, number: number))
        case .failure(let error):
            streams[number] = nil
            throw error
        }
    }

    /// Ends all transfers with ``HTTPError/shutDown``, closes all connections, and refuses what comes later.
    package func shutDown() {
        isShutDown = true
        endAll(.shutDown)
    }

    /// The next piece of a stream's body; `nil` at its end.
    func nextChunk(of number: UInt64) async throws(HTTPError) -> [UInt8]? {
        guard let stream = streams[number] else { return nil }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { reading in
                stream.read(reading)
                resumeIfHeld(number)
            }
        } onCancel: {
            cancel(number)
        }
        return try result.get()
    }

    /// Nobody reads this stream any more.
    nonisolated func abandon(_ number: UInt64) {
        onQueue { client in
            client.end(number, .cancelled)
            client.streams[number] = nil
        }
    }
}

// MARK: - Transfers

extension HTTPClient {
    private func nextNumber() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    private func admit(_ order: Order) {
        switch admission.arrive(order.number, lane: order.destination.lane) {
        case .start: if !start(order) { leave(order.number) }
        case .wait: waiting[order.number] = order
        case .refuse: order.receiver.ended(.tooManyUnderWay)
        }
    }

    /// - Returns: whether it is under way now. If not, whom it was for knows.
    @discardableResult
    private func start(_ order: Order) -> Bool {
        do throws(HTTPError) {
            guard !isShutDown else { throw .shutDown }
            let multi = try runningMulti()
            let easy = if let used = idle.popLast() { used } else { try CurlEasy() }
            let transfer = try Transfer(
                order,
                client: self,
                easy: easy,
                loop: multi.loop,
                headerLimit: options.headerBytes
            )
            try multi.add(easy)
            transfers[order.number] = transfer
            return true
        } catch {
            order.receiver.ended(error)
            return false
        }
    }

    /// Ends a transfer before its time, waiting or under way; one that has ended is left alone.
    private func end(_ number: UInt64, _ error: HTTPError) {
        if let order = waiting.removeValue(forKey: number) {
            order.receiver.ended(error)
            leave(number)
        } else {
            finish(number) { _ in error }
        }
    }

    /// Takes a transfer out of libcurl, tells whom it was for, and lets the next one start.
    private func finish(_ number: UInt64, _ outcome: (Transfer) -> HTTPError?) {
        guard let transfer = transfers.removeValue(forKey: number) else { return }
        let failure = outcome(transfer)
        multi?.remove(transfer.easy)
        recycle(transfer.easy)
        transfer.receiver.ended(failure)
        leave(number)
    }

    /// Gives the place of a request to the next one; if that can not even start, to the one after it.
    private func leave(_ number: UInt64) {
        var leaving = number
        while let next = admission.leave(leaving), let order = waiting.removeValue(forKey: next), !start(order) {
            leaving = next
        }
    }

    private func recycle(_ easy: CurlEasy) {
        guard idle.count < options.idleConnectionLimit else { return }
        easy.reset()
        idle.append(easy)
    }

    private func resumeIfHeld(_ number: UInt64) {
        do throws(HTTPError) {
            try transfers[number]?.resumeIfHeld()
        } catch {
            end(number, error)
        }
    }

    private func endAll(_ error: HTTPError) {
        for order in waiting.values { order.receiver.ended(error) }
        waiting = [:]
        for number in transfers.keys { finish(number) { _ in error } }
        admission = Admission(options)
        multi = nil
    }
}

// MARK: - Events

extension HTTPClient {
    private func runningMulti() throws(HTTPError) -> CurlMulti {
        if let multi { return multi }
        let loop = try EventLoop(
            queue: executor.queue,
            onSockets: { [weak self] in self?.assumeIsolated { $0.serveSockets() } },
            onTimer: { [weak self] in self?.assumeIsolated { $0.serveTimer() } }
        )
        let multi = try CurlMulti(loop: loop, idleConnectionLimit: options.idleConnectionLimit)
        self.multi = multi
        return multi
    }

    private func serveSockets() {
        serve { multi throws(HTTPError) in try multi.serveSockets() }
    }

    private func serveTimer() {
        guard let due = multi?.loop.takeDueDeadlines() else { return }
        if due.curl { serve { multi throws(HTTPError) in try multi.serveDeadline() } }
        if due.silence { endSilentTransfers() }
    }

    private func serve(_ work: (CurlMulti) throws(HTTPError) -> Void) {
        guard let multi else { return }
        do throws(HTTPError) {
            try work(multi)
        } catch {
            // The handle as a whole is lost. The next transfer gets a new one.
            endAll(error)
        }
        while let (number, code) = self.multi?.nextFinished() {
            finish(number) { $0.ended(code) }
        }
    }

    private func endSilentTransfers() {
        let now = DispatchTime.now()
        for (number, transfer) in transfers {
            guard let deadline = transfer.quietDeadline else { continue }
            if deadline <= now {
                finish(number) { $0.quietError }
            } else {
                multi?.loop.checkSilence(by: deadline)
            }
        }
    }

    private nonisolated func cancel(_ number: UInt64) {
        onQueue { $0.end(number, .cancelled) }
    }

    private nonisolated func onQueue(_ action: @escaping @Sendable (isolated HTTPClient) -> Void) {
        executor.queue.async { self.assumeIsolated { action($0) } }
    }
}
