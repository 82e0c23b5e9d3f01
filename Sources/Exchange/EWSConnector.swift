package import Availability
import EWSMessages
import HTTPTransport
package import Logging
import Synchronization

/// Calendars and automatic replies of an Exchange server, read over EWS with one account, and what it tells of changes
/// to them.
///
/// It remembers between requests which versions the server knows and has, and whether the password was refused; a
/// refused password is not sent again before `allowAnotherAttempt`, or by a new connector, made since
/// the password or another option has changed.
package final class EWSConnector: CalendarSource {
    package let name: String
    /// What Exchange takes in one request.
    package let batchLimit = GetUserAvailabilityRequest.mailboxLimit
    package let concurrencyLimit: Int

    let options: EWSConnectorOptions
    let http: any HTTPSending
    let logger: Logger
    let clock: any WallClock
    /// A number within a range, so that what is opened together does not end together.
    let random: @Sendable (ClosedRange<Int>) -> Int
    /// Monotonic time, to tell how long an answer took.
    let instant: @Sendable () -> ContinuousClock.Instant
    let meter: (any RequestMeter)?
    let gate = LoginGate()
    /// A mutex and not an actor, since it is only looked at and changed in passing.
    let acquaintance: Mutex<ServerAcquaintance>
    /// As above.
    let clocks = Mutex(ClockWatch())

    /// - Parameters:
    ///   - clock: tells when a subscription was made, and what this machine takes for the time.
    ///   - meter: is told of every request that was sent.
    ///   - instant: by which answers are timed.
    ///   - random: chooses how long a stream may last.
    package init(
        _ options: EWSConnectorOptions,
        http: any HTTPSending,
        logger: Logger,
        clock: any WallClock,
        meter: (any RequestMeter)? = nil,
        instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        random: @escaping @Sendable (ClosedRange<Int>) -> Int = { Int.random(in: $0) }
    ) {
        name = options.name
        concurrencyLimit = options.limits.concurrency
        self.options = options
        self.http = http
        self.clock = clock
        self.meter = meter
        self.instant = instant
        self.random = random
        var logger = logger
        logger[metadataKey: "connector"] = "\(options.name)"
        self.logger = logger
        acquaintance = Mutex(ServerAcquaintance(schemaVersion: options.schemaVersion))
    }

    /// Sorts failures of the server as far as it is known now.
    var classifier: FailureClassifier {
        FailureClassifier(
            endpoint: options.place.known ?? .unknown,
            user: options.login.account,
            clock: clock,
            isApplication: options.login.impersonatesAlways
        )
    }

    /// What requests are written in by now.
    var schemaVersion: ExchangeVersion { acquaintance.withLock(\.schemaVersion) }

    /// The URL, and the build and product that the newest answer told, a fault's included.
    package func server() async -> SourceServer {
        let version = acquaintance.withLock(\.serverVersion)
        return SourceServer(
            url: options.place.known?.url,
            version: version?.description,
            product: version.map { ServerProduct(of: $0).name },
            warning: clocks.withLock(\.difference)
        )
    }

    /// Lets a refused password be sent once more.
    package func allowAnotherAttempt() async {
        gate.reopen()
        acquaintance.withLock { $0.standIns = StandIns() }
        await options.login.allowAnotherAttempt()
    }

    /// One GetUserAvailability request, made as the account itself: its rights decide what each calendar shows. An
    /// application makes it as one of the mailboxes, see ``StandIns``.
    package func readBusyTimes(
        of mailboxes: [MailboxAddress],
        within window: TimeWindow
    ) async throws(SourceFailure) -> [BusyTimesReading] {
        guard !mailboxes.isEmpty else { return [] }
        let request = try availabilityRequest(mailboxes, window)
        let parserLimits = options.limits.parser
        let answer: EWSAnswer<GetUserAvailabilityResponse>
        do {
            answer = try await callAsSomebody(
                .getUserAvailability,
                among: mailboxes,
                encode: { version, standIn in
                    request.encoded(in: RequestContext(version: version, impersonation: standIn?.text))
                },
                decode: { bytes throws(EWSDecodingError) in
                    try GetUserAvailabilityResponse.decode(bytes, limits: parserLimits)
                }
            )
        } catch {
            guard case .nobody(let failures, _) = error else { throw error.failure }
            // Where each of them was tried, it is known what is wrong with each.
            let readings = mailboxes.compactMap { failures[$0].map(BusyTimesReading.failure) }
            guard readings.count == mailboxes.count else { throw error.failure }
            return readings
        }
        switch answer.reply.result {
        case .fault(let fault): throw classifier.failure(fault)
        case .success(let response):
            let mapping = BusyTimesMapping(
                request: request,
                serverVersion: answer.reply.serverVersion,
                readsDetails: options.readsDetails,
                classifier: classifier
            )
            return try mapping.readings(of: response)
        }
    }

    /// One GetUserOofSettings request, made as the mailbox where `access` says so.
    package func readAutomaticReply(of mailbox: MailboxAddress) async throws(SourceFailure) -> AutomaticReplyReading {
        let impersonation = impersonates ? mailbox.text : nil
        let parserLimits = options.limits.parser
        let answer: EWSAnswer<GetUserOofSettingsResponse>
        do {
            answer = try await call(
                .getUserOofSettings,
                RequestAddress(impersonation: impersonation),
                encode: { version in
                    GetUserOofSettingsRequest(mailbox: mailbox.text)
                        .encoded(in: RequestContext(version: version, impersonation: impersonation))
                },
                decode: { bytes throws(EWSDecodingError) in
                    try GetUserOofSettingsResponse.decode(bytes, limits: parserLimits)
                }
            )
        } catch {
            guard error.isOfImpersonated else { throw error }
            return .failure(MailboxFailure(error.diagnosis, retry: error.retry))
        }
        let mapping = AutomaticReplyMapping(mailbox: mailbox.text, classifier: classifier)
        return try mapping.reading(of: answer.reply.result)
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
