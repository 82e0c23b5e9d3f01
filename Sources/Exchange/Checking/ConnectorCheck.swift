package import Availability
import EWSMessages
import Foundation
import HTTPTransport
import NameService

/// Walks the way of a connector to its server, from the name to the login, step by step, and tells of each.
///
/// Everything before the login is done without credentials, but for the search of a server that has to be found; the login is tried once, with the request that reads the
/// calendars of `mailboxes`, which is what the daemon begins with too.
package struct ConnectorCheck: Sendable {
    /// What is checked besides the connector.
    package struct Options: Sendable {
        /// The only scheme that the connector can log in with, in lower case as in `WWW-Authenticate`; `nil` where it
        /// chooses by itself.
        package var scheme: String?
        /// Why the login must not be tried; `nil` where it may be.
        package var loginObstacle: String?
        /// Whose calendars the login is tried with, 1 to `batchLimit` of the connector.
        package var mailboxes: [MailboxAddress]
        package var window: TimeWindow

        package init(scheme: String?, loginObstacle: String?, mailboxes: [MailboxAddress], window: TimeWindow) {
            self.scheme = scheme
            self.loginObstacle = loginObstacle
            self.mailboxes = mailboxes
            self.window = window
        }
    }

    /// How far the walk came.
    package enum Ending: Sendable {
        /// The account was let in. The calendars of the mailboxes, or why that request failed.
        case letIn(Result<[BusyTimesReading], SourceFailure>)
        /// The server does not let the account in.
        case refused(SourceFailure)
        /// It ended before that.
        case stopped
    }

    private let connector: EWSConnector
    private let options: Options
    private let hostNames: any HostNames
    private let tell: CheckListener

    package init(
        _ connector: EWSConnector,
        _ options: Options,
        hostNames: any HostNames,
        tell: @escaping CheckListener
    ) {
        self.connector = connector
        self.options = options
        self.hostNames = hostNames
        self.tell = tell
    }

    /// Takes all steps; those that cannot be taken are told as skipped.
    package func run() async -> Ending {
        var walk = Walk(connector: connector, tell: tell)
        let endpoint: EWSEndpoint
        do {
            endpoint = try await find(&walk)
        } catch {
            await walk.skipRest(of: CheckStep.Name.ofConnectors)
            return error.retry == .never ? .refused(error) : .stopped
        }
        if await resolve(endpoint, &walk), let response = await knock(endpoint, &walk) {
            await look(at: response, of: endpoint, &walk)
            let ending = await logIn(&walk)
            await tellClock(response, endpoint, &walk)
            return ending
        }
        await walk.skipRest(of: CheckStep.Name.ofConnectors.filter { $0 != .search })
        return .stopped
    }

    // MARK: Where it is

    /// A search may have to show the login; where that was refused, it is the end of the walk.
    private func find(_ walk: inout Walk) async throws(SourceFailure) -> EWSEndpoint {
        if let known = connector.options.place.known { return known }
        if let obstacle = options.loginObstacle {
            await walk.take(.search, .skipped, obstacle)
            throw SourceFailure(.interrupted, retry: .later)
        }
        let begun = connector.instant()
        do {
            let endpoint = try await connector.options.place.endpoint()
            await tellSearch(&walk)
            await walk.take(.search, .passed, "found \(endpoint.url)", since: begun)
            return endpoint
        } catch {
            await tellSearch(&walk)
            await walk.take(.search, .failed(error.diagnosis), error.diagnosis.summary, since: begun)
            throw error
        }
    }

    /// Where it was looked for, and what came of it.
    private func tellSearch(_ walk: inout Walk) async {
        for finding in connector.options.place.findings {
            let seen = "\(finding.place) (\(finding.manner)): \(finding.outcome)"
            await walk.take(.search, finding.isGood ? .passed : .skipped, seen)
        }
    }

    private func resolve(_ endpoint: EWSEndpoint, _ walk: inout Walk) async -> Bool {
        guard !endpoint.isAddress else {
            await walk.take(.name, .passed, "\(endpoint.host) is an IP address")
            return true
        }
        let begun = connector.instant()
        do throws(NameServiceError) {
            let addresses = try await hostNames.addresses(of: endpoint.host).map(\.text)
            await walk.take(.name, .passed, "\(endpoint.host) has \(Self.list(addresses))", since: begun)
            return true
        } catch {
            let failure = connector.classifier.failure(.hostNotFound(host: endpoint.host))
            let seen = "no address for \(endpoint.host): \(error)"
            await walk.take(.name, .failed(failure.diagnosis), seen, since: begun)
            return false
        }
    }

    private static func list(_ addresses: [String]) -> String {
        let others = addresses.count - 4
        return addresses.prefix(4).joined(separator: ", ") + (others > 0 ? " and \(others) more" : "")
    }

    // MARK: The way there

    /// Asks without showing who asks.
    private func knock(_ endpoint: EWSEndpoint, _ walk: inout Walk) async -> HTTPResponse? {
        let isPlain = endpoint.url.lowercased().hasPrefix("http:")
        // Where anybody were let in, this would be answered by EWS, with the error that there is no such mailbox.
        let body = GetUserOofSettingsRequest(mailbox: "nobody@\(endpoint.isAddress ? "invalid" : endpoint.host)")
            .encoded(in: RequestContext(version: .exchange2007SP1))
        var request = connector.request(body, RequestAddress(), connector.options.limits.transfer, to: endpoint, .none)
        request.describesPeer = true
        let begun = connector.instant()
        do {
            let response = try await connector.http.send(request)
            await walk.take(.tcp, .passed, "connected to \(response.peer?.address ?? endpoint.host):\(endpoint.port)")
            await takeTLS(isPlain, response.peer, &walk)
            await walk.take(.http, .passed, "answered with status \(response.status)", since: begun)
            return response
        } catch {
            let diagnosis = connector.classifier.failure(error).diagnosis
            let step = CheckStep.Name(at: error)
            if step != .name, step != .tcp { await walk.take(.tcp, .passed, "connected to port \(endpoint.port)") }
            if step == .http { await takeTLS(isPlain, nil, &walk) }
            // The name had an address a moment ago, and has none for the one who connects.
            let place = step == .name ? .tcp : step
            await walk.take(place, .failed(diagnosis), diagnosis.summary, since: begun)
            return nil
        }
    }

    private func takeTLS(_ isPlain: Bool, _ peer: PeerReport?, _ walk: inout Walk) async {
        await walk.take(.tls, .passed, isPlain ? "none: plain http to this machine" : PeerText.tls(peer))
    }

    private func look(at response: HTTPResponse, of endpoint: EWSEndpoint, _ walk: inout Walk) async {
        let offered = OfferedSchemes(response.headers).names
        if let foreign = ForeignServer(response, from: endpoint) {
            return await walk.take(.ews, .failed(foreign.diagnosis), foreign.diagnosis.summary)
        }
        guard response.status == 401 else {
            if let failure = connector.classifier.failure(response) {
                return await walk.take(.ews, .failed(failure.diagnosis), failure.diagnosis.summary)
            }
            await walk.take(.ews, .passed, "answers in SOAP, to anybody")
            return await walk.take(.schemes, .passed, "none: no login is asked for")
        }
        await walk.take(.ews, .passed, "asks for a login at \(Self.path(of: endpoint))")
        let seen = offered.isEmpty ? "names none" : "offers \(excerpt(offered.joined(separator: ", ")))"
        if let refusal = await refusal(offered, response.headers, endpoint) {
            await walk.take(.schemes, .failed(refusal.diagnosis), seen)
        } else {
            await walk.take(.schemes, .passed, seen)
        }
    }

    /// Why there is no use in logging in: the one scheme that the connector has is not offered.
    private func refusal(
        _ offered: [String],
        _ headers: HTTPHeaders,
        _ endpoint: EWSEndpoint
    ) async -> SourceFailure? {
        guard let scheme = options.scheme, !offered.isEmpty,
            !offered.contains(where: { $0.lowercased() == scheme }),
            case .failed(let failure, isFinal: false) = await connector.options.login.refusal(
                of: .none,
                by: endpoint,
                headers: headers
            )
        else { return nil }
        return failure
    }

    private static func path(of endpoint: EWSEndpoint) -> String {
        URL(string: endpoint.url)?.path ?? endpoint.url
    }
}

// MARK: The login

extension ConnectorCheck {
    private func logIn(_ walk: inout Walk) async -> Ending {
        if walk.obstacle(to: .login) == nil, let obstacle = options.loginObstacle {
            await walk.take(.login, .skipped, obstacle)
        }
        guard walk.isOpen(.login) else {
            await walk.skipRest(of: [.schemes, .login, .version])
            return .stopped
        }
        let begun = connector.instant()
        do {
            let readings = try await connector.readBusyTimes(of: options.mailboxes, within: options.window)
            await walk.take(.login, .passed, "\(excerpt(connector.options.login.account)) was let in", since: begun)
            await tellVersion(nil, &walk)
            return .letIn(.success(readings))
        } catch {
            let isOfVersion = error.diagnosis.id == Diagnosis.unsupportedServer(nil).id
            guard isOfVersion || error.isOfRequest else {
                await walk.take(.login, .failed(error.diagnosis), error.diagnosis.summary, since: begun)
                await walk.skipRest(of: [.version])
                return .refused(error)
            }
            await walk.take(.login, .passed, "\(excerpt(connector.options.login.account)) was let in", since: begun)
            await tellVersion(isOfVersion ? error.diagnosis : nil, &walk)
            return isOfVersion ? .stopped : .letIn(.failure(error))
        }
    }

    private func tellVersion(_ failure: Diagnosis?, _ walk: inout Walk) async {
        let server = await connector.server()
        let build = server.version.map { "\(server.product ?? "Exchange"), version \($0)" } ?? "the server does not say"
        let seen = "\(build), asked in \(connector.schemaVersion.rawValue)"
        await walk.take(.version, failure.map { .failed($0) } ?? .passed, seen)
    }

    /// Known since the first answer; told where it belongs.
    private func tellClock(_ response: HTTPResponse, _ endpoint: EWSEndpoint, _ walk: inout Walk) async {
        guard let time = response.headers["Date"].flatMap(HTTPDate.time) else {
            return await walk.take(.clock, .skipped, "the server does not tell its time")
        }
        let now = walk.answeredAt ?? connector.clock.now
        let seconds = Int(abs(time.timeIntervalSince(now)).rounded())
        let seen =
            seconds < 2
            ? "agrees with this machine’s" : "differs by \(AgeText.text(Double(seconds))) from this machine’s"
        let skew = ClockWatch.diagnosis(of: time, at: now, from: endpoint.host)
        await walk.take(.clock, skew.map { .warned($0) } ?? .passed, seen)
    }
}

extension CheckStep.Name {
    /// Where on the way a transfer that failed came to its end.
    fileprivate init(at error: HTTPError) {
        switch error {
        case .invalidURL, .invalidRequest, .plainHTTPRefused, .hostNotFound: self = .name
        case .unreachable, .connectTimeout: self = .tcp
        case .tls: self = .tls
        default: self = .http
        }
    }
}
