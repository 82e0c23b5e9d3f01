import Availability
import Foundation
import SIPMessages
import SerialQueue

/// Asks a presence server, which may be one of several, with a bounded number of requests under way.
///
/// Servers are tried in their order, each with an equal part of the time, when one cannot be reached, is silent or busy
/// (RFC 3263, 4.3); the one that answered goes first from then on, until the names are looked up again.
actor SIPClient {
    /// What it asks, and as whom.
    struct Setting: Sendable {
        /// For people, in failures.
        var receiver: String
        var credentials: SIPPublishHook.Credentials?
        /// PEM certificates that are trusted instead of the system's.
        var caFile: String?
        /// How many requests may be under way at once.
        var window: Int
        /// Seconds that one request may take in all, with a login and all servers.
        var timeLimit: TimeInterval
    }

    /// Finds the servers of a URI, or those of the configuration; not empty.
    typealias Locate = @Sendable (SIPURI?) async throws(HookFailure) -> SIPServers

    /// Seconds until a login is tried again after the first refusal, doubled with each up to the longest.
    private static let (firstPause, longestPause): (TimeInterval, TimeInterval) = (300, 86_400)

    private let serial = SerialQueue(label: "freebusyd.sip.client")
    nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    let setting: Setting
    let scheduler: any Scheduler
    let locate: Locate
    private let seed = String(UInt64.random(in: .min ... .max), radix: 36)
    private var login: SIPLogin
    private(set) var window: SendWindow<UInt64>
    private var askers: [UInt64: CheckedContinuation<Void, Never>] = [:]
    private var tickets: UInt64 = 0
    private var sequence: UInt32 = 0
    var links: [SIPServer: SIPLink] = [:]
    var onLoss: @Sendable () -> Void = {}
    /// Made when it is needed: the system's certificates are many.
    var trust: TLSTrust?
    var place: (servers: SIPServers, until: Date)?
    /// Servers that take datagrams only, as far as is known since they were looked up.
    var withoutStreams: Set<SIPServer> = []
    private var refusals = 0
    /// Whoever lined up before that does not try the same password again.
    private var refused: (upTo: UInt64, failure: HookFailure)?

    init(_ setting: Setting, scheduler: any Scheduler, locate: @escaping Locate) {
        self.setting = setting
        self.scheduler = scheduler
        self.locate = locate
        login = SIPLogin(setting.credentials)
        window = SendWindow(size: setting.window)
    }

    /// - Parameter onLoss: is called from now on when a connection ended that was there.
    func tellOfLosses(_ onLoss: @escaping @Sendable () -> Void) {
        self.onLoss = onLoss
    }

    /// Sends a request when there is room for it, and gives the final response, which is none that asks for a login.
    ///
    /// - Parameter uri: where a server said that it is to be sent instead.
    func ask(
        _ publish: PublishRequest,
        at uri: SIPURI? = nil,
        for purpose: SendWindow<UInt64>.Purpose
    ) async throws(HookFailure) -> SIPResponse {
        tickets += 1
        let ticket = tickets
        await enter(ticket, for: purpose)
        defer { admit(window.leave(ticket)) }
        if let refused, ticket <= refused.upTo { throw refused.failure }
        var deadline = scheduler.now.addingTimeInterval(setting.timeLimit)
        var publish = publish
        publish.callID = "\(seed).\(ticket)"
        var trial = SIPLogin.Trial()
        while true {
            sequence = sequence % 2_000_000_000 + 1
            publish.sequence = sequence
            var request = publish.request()
            if let uri { request.uri = uri.description }
            for field in login.headers(method: request.method, uri: request.uri, for: &trial) {
                request.headers.append(field.name, field.value)
            }
            let response = try await answer(to: request, at: uri, deadline: &deadline)
            switch response.status {
            case 401, 407:
                let verdict = login.challenged(by: response, in: &trial, ownNonce: Self.nonce())
                if case .refused(let seen) = verdict { throw refuse(seen) }
            // Of a server that has not let us in yet it is no judgement of one user.
            case 403 where !window.isProven: throw refuse("it answers 403 \(response.reason)")
            default:
                (refusals, refused) = (0, nil)
                admit(window.prove(true))
                return response
            }
        }
    }

    /// As ``send(_:at:deadline:)``. As long as nobody was let in, one asks for all that have lined up: they must not wait for
    /// a silent server one after the other.
    private func answer(
        to request: SIPRequest,
        at uri: SIPURI?,
        deadline: inout Date
    ) async throws(HookFailure) -> SIPResponse {
        let isAlone = !window.isProven
        do throws(HookFailure) {
            return try await send(request, at: uri, deadline: &deadline)
        } catch {
            if isAlone, error.scope == .receiver { refused = (tickets, error) }
            throw error
        }
    }

    /// Ends all connections; what is under way fails.
    func close() async {
        for link in links.values { await link.close() }
        links = [:]
    }

    private static func nonce() -> String {
        (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 16) }.joined()
    }

    private func refuse(_ seen: String) -> HookFailure {
        refusals += 1
        let pause = min(Self.firstPause * Double(1 << min(refusals - 1, 20)), Self.longestPause)
        let failure = HookFailure.sipLogin(setting.receiver, seen, retryAfter: pause)
        refused = (tickets, failure)
        admit(window.prove(false))
        return failure
    }
}

// MARK: The window

extension SIPClient {
    private func enter(_ ticket: UInt64, for purpose: SendWindow<UInt64>.Purpose) async {
        await withCheckedContinuation { asker in
            askers[ticket] = asker
            admit(window.enter(ticket, for: purpose))
        }
    }

    private func admit(_ admitted: [UInt64]) {
        for ticket in admitted { askers.removeValue(forKey: ticket)?.resume() }
    }
}
