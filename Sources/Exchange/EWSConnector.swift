package import Availability
import EWSMessages
import HTTPTransport
package import Logging
import Synchronization

/// Calendars and automatic replies of an Exchange server, read over EWS with one account.
///
/// It remembers between requests which versions the server knows and has, and whether the password was refused; a
/// refused password is not sent again before `allowAnotherAttempt`, or by a new connector after a reload.
package final class EWSConnector: CalendarSource {
    package let name: String
    /// What Exchange takes in one request.
    package let batchLimit = GetUserAvailabilityRequest.mailboxLimit
    package let concurrencyLimit: Int

    private let options: EWSConnectorOptions
    private let http: any HTTPSending
    private let logger: Logger
    private let classifier: FailureClassifier
    private let login = LoginGate()
    /// A mutex and not an actor, since it is only looked at and changed in passing.
    private let acquaintance: Mutex<ServerAcquaintance>

    package init(_ options: EWSConnectorOptions, http: any HTTPSending, logger: Logger) {
        name = options.name
        concurrencyLimit = options.limits.concurrency
        self.options = options
        self.http = http
        var logger = logger
        logger[metadataKey: "connector"] = "\(options.name)"
        self.logger = logger
        classifier = FailureClassifier(endpoint: options.endpoint, user: options.user)
        acquaintance = Mutex(ServerAcquaintance(schemaVersion: options.schemaVersion))
    }

    /// The URL, and the build and product that the newest answer told, a fault's included.
    package func server() async -> SourceServer {
        let version = acquaintance.withLock(\.serverVersion)
        return SourceServer(
            url: options.endpoint.url,
            version: version?.description,
            product: version.map { ServerProduct(of: $0).name }
        )
    }

    /// Lets a refused password be sent once more.
    package func allowAnotherAttempt() async {
        login.reopen()
    }

    /// One GetUserAvailability request, made as the account itself: its rights decide what each calendar shows.
    package func readBusyTimes(
        of mailboxes: [MailboxAddress],
        within window: TimeWindow
    ) async throws(SourceFailure) -> [BusyTimesReading] {
        guard !mailboxes.isEmpty else { return [] }
        let request = try availabilityRequest(mailboxes, window)
        let parserLimits = options.limits.parser
        let reply = try await call(
            encode: { version in request.encoded(in: RequestContext(version: version)) },
            decode: { bytes throws(EWSDecodingError) in
                try GetUserAvailabilityResponse.decode(bytes, limits: parserLimits)
            }
        )
        switch reply.result {
        case .fault(let fault): throw classifier.failure(fault)
        case .success(let response):
            let mapping = BusyTimesMapping(
                request: request,
                serverVersion: reply.serverVersion,
                readsDetails: options.readsDetails,
                classifier: classifier
            )
            return try mapping.readings(of: response)
        }
    }

    /// One GetUserOofSettings request, made as the mailbox where `access` says so.
    package func readAutomaticReply(of mailbox: MailboxAddress) async throws(SourceFailure) -> AutomaticReplyReading {
        let impersonation = options.access == .impersonation ? mailbox.text : nil
        let parserLimits = options.limits.parser
        let reply = try await call(
            impersonation: impersonation,
            encode: { version in
                GetUserOofSettingsRequest(mailbox: mailbox.text)
                    .encoded(in: RequestContext(version: version, impersonation: impersonation))
            },
            decode: { bytes throws(EWSDecodingError) in
                try GetUserOofSettingsResponse.decode(bytes, limits: parserLimits)
            }
        )
        return try AutomaticReplyMapping(mailbox: mailbox.text, classifier: classifier).reading(of: reply.result)
    }

    private func availabilityRequest(
        _ mailboxes: [MailboxAddress],
        _ window: TimeWindow
    ) throws(SourceFailure) -> GetUserAvailabilityRequest {
        do {
            return try GetUserAvailabilityRequest(
                mailboxes: mailboxes.map(\.text),
                window: Duration(startTime: window.start, endTime: window.end),
                view: options.readsDetails ? .detailed : .freeBusy
            )
        } catch {
            let what =
                switch error {
                case .mailboxCount(let count): "it asks for \(count) mailboxes"
                case .window: "its window lasts \(Int(window.duration / 86_400)) days"
                case .mergedInterval(let minutes): "its intervals last \(minutes) minutes"
                }
            throw SourceFailure(.impossibleRequest(what), retry: .never)
        }
    }
}

// MARK: One call
extension EWSConnector {
    /// Sends a request, in an older schema version where the server does not know the first one.
    private func call<Value>(
        impersonation: String? = nil,
        encode: (ExchangeVersion) -> [UInt8],
        decode: ([UInt8]) throws(EWSDecodingError) -> EWSReply<Value>
    ) async throws(SourceFailure) -> EWSReply<Value> {
        var version = acquaintance.withLock(\.schemaVersion)
        while true {
            let reply = try await exchange(encode(version), impersonation: impersonation, decode: decode)
            guard case .fault(let fault) = reply.result, fault.responseCode == .invalidServerVersion else {
                return reply
            }
            guard let older = acquaintance.withLock({ $0.stepDown(from: version) }) else {
                throw SourceFailure(.unsupportedServer(reply.serverVersion?.description), retry: .later)
            }
            logger.notice(
                "The server does not know the schema version; an older one is used",
                metadata: ["refused": "\(version.rawValue)", "used": "\(older.rawValue)"]
            )
            version = older
        }
    }

    /// Sends one request through the login gate and reads the answer.
    private func exchange<Value>(
        _ body: [UInt8],
        impersonation: String?,
        decode: ([UInt8]) throws(EWSDecodingError) -> EWSReply<Value>
    ) async throws(SourceFailure) -> EWSReply<Value> {
        let tried = try await login.enter()
        var outcome = LoginGate.Outcome.undecided
        defer { login.leave(outcome, tried: tried) }
        let response: HTTPResponse
        do {
            response = try await http.send(request(body, impersonation: impersonation))
        } catch {
            throw classifier.failure(error)
        }
        if let failure = classifier.failure(response) {
            if response.status == 401, failure.retry == .never {
                outcome = .refused(failure)
                logger.error("The server refused the password; it is not sent again")
            }
            throw failure
        }
        let reply: EWSReply<Value>
        do {
            reply = try decode(response.body)
        } catch {
            throw classifier.failure(error, in: response)
        }
        outcome = .accepted
        acquaintance.withLock { $0.meet(reply.serverVersion) }
        return reply
    }

    private func request(_ body: [UInt8], impersonation: String?) -> HTTPRequest {
        var headers: HTTPHeaders = [
            "Content-Type": "text/xml; charset=utf-8", "Accept": "text/xml", "User-Agent": "freebusyd",
        ]
        // Lets the front end find the mailbox's server without reading the body. A header has to be ASCII.
        if let impersonation, impersonation.utf8.allSatisfy({ $0 < 0x80 }) {
            headers.append("X-AnchorMailbox", impersonation)
        }
        return HTTPRequest(
            method: "POST",
            url: options.endpoint.url,
            headers: headers,
            body: body,
            authentication: .basic(user: options.user, password: options.password),
            trust: TrustOptions(caFile: options.caFile),
            limits: options.limits.transfer,
            closesConnectionIf: { status, firstBytes in FaultMark.isIn(status: status, firstBytes) }
        )
    }
}
