package import Availability
import EWSMessages
package import HTTPTransport
package import NameService

/// Who tells which hosts have a service; ``NameService`` is the one.
package protocol ServiceLookup: Sendable {
    /// - Parameter name: such as `_autodiscover._tcp.example.com`.
    func services(_ name: String) async throws(NameServiceError) -> [ServiceRecord]
}

extension NameService: ServiceLookup {}

/// Finds the EWS of an account by its e-mail address, as ``AutodiscoverSearch`` decides: carries the questions out.
package struct Autodiscover: Sendable {
    /// What an administrator sets.
    package struct Options: Sendable {
        /// Of the account's own mailbox.
        package var address: MailboxAddress
        /// Besides the mail domain: whose hosts the login may be shown to.
        package var domains: [String]
        /// Hosts that are named elsewhere in the configuration, such as the one that a token is for. They are asked first.
        package var hosts: [String]
        /// Whether the login may be shown to hosts of the mail domain. The token of an application may not: whoever gets
        /// it can use it with the service that it is for.
        package var trustsMailDomain: Bool
        /// The same for all hosts: who is trusted with the login must be as sure as the server itself.
        package var trust: TrustOptions

        package init(
            address: MailboxAddress,
            domains: [String] = [],
            hosts: [String] = [],
            trustsMailDomain: Bool = true,
            trust: TrustOptions
        ) {
            self.address = address
            self.domains = domains
            self.hosts = hosts
            self.trustsMailDomain = trustsMailDomain
            self.trust = trust
        }
    }

    /// Where EWS was found.
    package struct Found: Sendable {
        package let endpoint: EWSEndpoint
        /// Who can be asked more, with a login; `nil` where nobody is known.
        let server: AutodiscoverServer?
    }

    let options: Options
    let login: any EWSLogin
    let http: any HTTPSending
    let clock: any WallClock
    private let names: any ServiceLookup
    private let random: @Sendable (ClosedRange<Int>) -> Int

    /// - Parameter random: draws among servers of the same priority.
    package init(
        _ options: Options,
        login: any EWSLogin,
        http: any HTTPSending,
        names: any ServiceLookup,
        clock: any WallClock,
        random: @escaping @Sendable (ClosedRange<Int>) -> Int = { Int.random(in: $0) }
    ) {
        self.options = options
        self.login = login
        self.http = http
        self.names = names
        self.clock = clock
        self.random = random
    }

    var trusted: TrustedHosts {
        TrustedHosts(
            mailDomain: options.trustsMailDomain ? String(options.address.domain) : nil,
            domains: options.domains,
            hosts: options.hosts
        )
    }

    /// Searches once. Nothing is tried twice; a login that is refused for good ends the search.
    ///
    /// - Parameter told: what came of each step, as it comes.
    /// - Returns: a failure that must not be tried again by itself where the login was refused.
    package func search(
        told: @Sendable (AutodiscoverFinding) -> Void = { _ in }
    ) async -> Result<Found, SourceFailure> {
        var search = AutodiscoverSearch(
            address: options.address.text,
            trusted: trusted,
            namedHosts: options.hosts
        )
        var shown = 0
        await withTaskGroup(of: (AutodiscoverStep, AutodiscoverStep.Answer).self) { group in
            for step in search.begin() { group.addTask { (step, await answer(to: step.question)) } }
            while search.outcome == nil, let (step, answer) = await group.next() {
                for next in search.receive(answer, to: step) {
                    let address = search.address
                    group.addTask { (next, await self.answer(to: next.question, about: address)) }
                }
                for finding in search.findings.dropFirst(shown) { told(finding) }
                shown = search.findings.count
            }
            group.cancelAll()
        }
        switch search.outcome {
        case .found(let endpoint, let server): return .success(Found(endpoint: endpoint, server: server))
        case .failed(let failure): return .failure(failure)
        case nil: return .failure(SourceFailure(.interrupted, retry: .later))
        }
    }
}

// MARK: Questions
extension Autodiscover {
    private var answers: AutodiscoverAnswers { AutodiscoverAnswers(account: login.account, clock: clock) }

    /// - Parameter address: that is asked about by now; `nil` for the account's.
    private func answer(
        to question: AutodiscoverStep.Question,
        about address: String? = nil
    ) async -> AutodiscoverStep.Answer {
        let address = address ?? options.address.text
        switch question {
        case .json(let url): return await open(url, read: answers.json)
        case .look(let server): return await open(server.poxURL, read: answers.look)
        case .plainRedirect(let url): return await open(url, isPlain: true, read: answers.plainRedirect)
        case .services(let name):
            do throws(NameServiceError) {
                return .services(ServiceRecord.ordered(try await names.services(name), random: random))
            } catch {
                return answers.answer(error)
            }
        case .settings(let server):
            let request = GetUserSettingsRequest(users: [address], settings: [.externalEwsUrl, .internalEwsUrl])
            return await closed(server, server.soapURL, request.encoded(to: server.soapURL), read: answers.settings)
        case .account(let server):
            let body = PoxAutodiscoverRequest(emailAddress: address).encoded()
            return await closed(server, server.poxURL, body, read: answers.account)
        }
    }

    /// Without a login.
    private func open(
        _ url: String,
        isPlain: Bool = false,
        read: (HTTPResponse) -> AutodiscoverStep.Answer
    ) async -> AutodiscoverStep.Answer {
        var request = HTTPRequest(
            url: url,
            headers: ["User-Agent": "freebusyd"],
            trust: options.trust,
            limits: TransferLimits(connect: 5, firstByte: 5, stall: 5, whole: 10, bodyBytes: 1 << 20)
        )
        request.allowsPlainHTTP = isPlain
        do throws(HTTPError) {
            return read(try await http.send(request))
        } catch {
            let host = url.split(separator: "/", maxSplits: 2).dropFirst().first.map(String.init) ?? url
            return answers.answer(error, from: .named(host))
        }
    }

    /// With a login.
    private func closed(
        _ server: AutodiscoverServer,
        _ url: String,
        _ body: [UInt8],
        read: (HTTPResponse) -> AutodiscoverStep.Answer
    ) async -> AutodiscoverStep.Answer {
        do throws(LoginTrouble) {
            return read(try await loggedIn(server, url, body))
        } catch {
            switch error {
            case .noAnswer(let error): return answers.answer(error, from: server.endpoint)
            case .notLetIn(let failure) where failure.retry == .never: return .refused(failure)
            case .notLetIn(let failure): return .nothing(why: "no login (\(failure.diagnosis.id))", failure.diagnosis)
            }
        }
    }
}
