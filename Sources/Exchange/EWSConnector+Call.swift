import Availability
import EWSMessages
import HTTPTransport
import Logging
import Synchronization

/// What came back for a request, and the headers that it came with.
struct EWSAnswer<Value: Sendable>: Sendable {
    var reply: EWSReply<Value>
    var headers: HTTPHeaders
}

/// One call.
extension EWSConnector {
    /// Sends a request, in an older schema version where the server does not know the first one.
    ///
    /// - Parameter oldest: of the versions that have the operation. Where the server only knows older ones, its fault
    ///   that says so is the answer.
    func call<Value>(
        _ operation: EWSOperation,
        _ address: RequestAddress = RequestAddress(),
        since oldest: ExchangeVersion = .exchange2007SP1,
        encode: (ExchangeVersion) throws(SourceFailure) -> [UInt8],
        decode: ([UInt8]) throws(EWSDecodingError) -> EWSReply<Value>
    ) async throws(SourceFailure) -> EWSAnswer<Value> {
        var version = schemaVersion
        while true {
            let answer = try await exchange(operation, try encode(version), address, decode: decode)
            guard case .fault(let fault) = answer.reply.result, fault.responseCode == .invalidServerVersion else {
                return answer
            }
            guard let older = acquaintance.withLock({ $0.stepDown(from: version) }) else {
                throw SourceFailure(.unsupportedServer(answer.reply.serverVersion?.description), retry: .later)
            }
            logger.notice(
                "The server does not know the schema version; an older one is used",
                metadata: ["event": "schema-fallback", "refused": "\(version.rawValue)", "used": "\(older.rawValue)"]
            )
            guard !older.isOlder(than: oldest) else { return answer }
            version = older
        }
    }

    /// Sends one request through the login gate and reads the answer.
    private func exchange<Value>(
        _ operation: EWSOperation,
        _ body: [UInt8],
        _ address: RequestAddress,
        decode: ([UInt8]) throws(EWSDecodingError) -> EWSReply<Value>
    ) async throws(SourceFailure) -> EWSAnswer<Value> {
        try await throughLoginGate(refusal: { $0 }) { () throws(SourceFailure) in
            try await metered(operation) { () throws(SourceFailure) in
                try await reply(to: body, address, decode: decode)
            }
        }
    }

    /// Sends one request and makes sense of what comes back.
    private func reply<Value>(
        to body: [UInt8],
        _ address: RequestAddress,
        decode: ([UInt8]) throws(EWSDecodingError) -> EWSReply<Value>
    ) async throws(SourceFailure) -> EWSAnswer<Value> {
        let response: HTTPResponse
        do {
            response = try await proven(head: { ($0.status, $0.headers) }) { endpoint, proof throws(HTTPError) in
                try await http.send(request(body, address, options.limits.transfer, to: endpoint, proof))
            }
        } catch {
            switch error {
            case .notSent(let error): throw classifier.failure(error)
            case .notLetIn(let failure): throw failure
            }
        }
        if let failure = classifier.failure(response) { throw await misplaced(failure) }
        let reply: EWSReply<Value>
        do throws(EWSDecodingError) {
            reply = try decode(response.body)
        } catch {
            throw await misplaced(classifier.failure(error, in: response))
        }
        acquaintance.withLock { $0.meet(reply.serverVersion) }
        if let version = reply.serverVersion, !ServerProduct(of: version).isSupported {
            throw SourceFailure(.unsupportedServer(version.description), retry: .later)
        }
        return EWSAnswer(reply: reply, headers: response.headers)
    }

    /// The same failure, of which the place knows: what answered may not be EWS.
    func misplaced(_ failure: SourceFailure) async -> SourceFailure {
        if let endpoint = options.place.known { await options.place.failed(at: endpoint, failure.diagnosis) }
        return failure
    }

    /// Does something that sends the password. Where it returns, the password was accepted; where it throws that the
    /// password was refused, nothing is sent any more.
    ///
    /// - Parameter refusal: an earlier refusal as an error of `work`'s kind.
    func throughLoginGate<Value: Sendable, Failure: ExplainedError>(
        refusal: (SourceFailure) -> Failure,
        _ work: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let tried: Bool
        do {
            tried = try await gate.enter(at: instant)
        } catch {
            throw refusal(error)
        }
        var outcome = LoginGate.Outcome.undecided
        defer { gate.leave(outcome, tried: tried, at: instant()) }
        let value = try await work()
        outcome = .accepted
        return value
    }

    /// The HTTP request for a SOAP message.
    func request(
        _ body: [UInt8],
        _ address: RequestAddress,
        _ limits: TransferLimits,
        to endpoint: EWSEndpoint,
        _ proof: HTTPAuthentication
    ) -> HTTPRequest {
        var headers: HTTPHeaders = [
            "Content-Type": "text/xml; charset=utf-8", "Accept": "text/xml", "User-Agent": "freebusyd",
        ]
        headers.fields += address.headers
        return HTTPRequest(
            method: "POST",
            url: endpoint.url,
            headers: headers,
            body: body,
            authentication: proof,
            trust: options.trust,
            limits: limits,
            closesConnectionIf: { status, firstBytes in FaultMark.isIn(status: status, firstBytes) }
        )
    }
}

extension ExchangeVersion {
    func isOlder(than other: ExchangeVersion) -> Bool {
        Self.allCases.prefix { $0 != other }.contains(self)
    }
}
