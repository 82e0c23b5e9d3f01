import Availability
import NameService

/// Decides what a search for EWS asks next, given what was answered; asks nobody itself.
///
/// The places are those of the documentation, in its order: the mail domain, its host `autodiscover`, what that redirects
/// to over plain http, and the DNS
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/autodiscover-for-exchange>). All are
/// looked at together, without a login, so that one which hangs keeps nobody waiting but for its own time; only then, and
/// one after the other, are those that are there asked with a login, which may be refused and must then be shown to nobody
/// else. The service in JSON needs none and is asked first at each place.
struct AutodiscoverSearch: Sendable {
    typealias Question = AutodiscoverStep.Question
    typealias Answer = AutodiscoverStep.Answer

    /// How a search ends.
    enum Outcome: Sendable {
        /// - Parameter server: who told, where it may be asked with a login.
        case found(EWSEndpoint, server: AutodiscoverServer?)
        case failed(SourceFailure)
    }

    /// A place where Autodiscover may be.
    private struct Candidate {
        /// `nil` while it is not known.
        var server: AutodiscoverServer?
        /// What it told.
        var urls: [String]?
        var isPresent = false
        var wasAsked = false
    }

    /// Of all kinds together, as many as Microsoft's own clients follow.
    private static let mostRedirects = 10
    /// Servers out of the DNS.
    private static let mostServers = 3

    private let trusted: TrustedHosts
    /// Where to ask before all others.
    private let namedHosts: [String]
    /// That is asked about by now.
    private(set) var address: String
    private var candidates: [Candidate] = []
    /// The candidate that is to be decided on.
    private var current = 0
    /// Questions without an answer, and whose they are.
    private var open: [Int: Int] = [:]
    private var lastNumber = 0
    private var redirects = 0
    private var seenServers: Set<AutodiscoverServer> = []
    private var seenURLs: Set<String> = []
    private var seenAddresses: Set<String> = []
    private var verdict: AutodiscoverVerdict
    private(set) var outcome: Outcome?

    var findings: [AutodiscoverFinding] { verdict.findings }

    /// - Parameters:
    ///   - address: of the account's mailbox.
    ///   - namedHosts: asked before those of the mail domain.
    init(address: String, trusted: TrustedHosts, namedHosts: [String] = []) {
        self.address = address
        self.trusted = trusted
        self.namedHosts = namedHosts
        verdict = AutodiscoverVerdict(address: address, trusted: trusted)
    }

    /// The first questions, to be asked together.
    mutating func begin() -> [AutodiscoverStep] { start(address) }

    /// Takes an answer and tells what is to be asked besides. Once there is an outcome, nothing is.
    mutating func receive(_ answer: Answer, to step: AutodiscoverStep) -> [AutodiscoverStep] {
        guard outcome == nil, let index = open.removeValue(forKey: step.number) else { return [] }
        verdict.note(answer, to: step.question)
        let next: [AutodiscoverStep]
        switch (answer, step.question) {
        case (.refused(let failure), _):
            outcome = .failed(failure)
            return []
        case (.urls(let urls), _):
            candidates[index].urls = urls
            next = []
        case (.present, _):
            candidates[index].isPresent = true
            next = []
        case (.redirect(let location), let question): next = follow(location, from: question, of: index)
        case (.redirectAddress(let address), _): next = move(to: address)
        case (.services(let records), _):
            next = records.prefix(Self.mostServers).flatMap { record in
                enter(try? AutodiscoverServer(host: record.target, port: record.port))
            }
        case (.nothing, .settings(let server)): next = [ask(.account(server), of: index)]
        case (.nothing, _): next = []
        }
        return next + decide()
    }

    // MARK: Places

    private mutating func start(_ address: String) -> [AutodiscoverStep] {
        self.address = address
        seenAddresses.insert(address.lowercased())
        (candidates, current, open) = ([], 0, [:])
        let domain = address.split(separator: "@").last.map { $0.lowercased() } ?? ""
        var steps = (namedHosts + [domain, "autodiscover.\(domain)"]).flatMap { host in
            enter(try? AutodiscoverServer(host: host))
        }
        candidates += [Candidate(), Candidate()]
        let plain = "http://autodiscover.\(domain)/autodiscover/autodiscover.xml"
        steps.append(ask(.plainRedirect(url: plain), of: candidates.count - 2))
        steps.append(ask(.services(name: "_autodiscover._tcp.\(domain)"), of: candidates.count - 1))
        return steps
    }

    private mutating func ask(_ question: Question, of index: Int) -> AutodiscoverStep {
        lastNumber += 1
        open[lastNumber] = index
        return AutodiscoverStep(number: lastNumber, question: question)
    }

    /// One place more, unless it is known.
    private mutating func enter(_ server: AutodiscoverServer?) -> [AutodiscoverStep] {
        guard let server, seenServers.insert(server).inserted else { return [] }
        candidates.append(Candidate(server: server))
        return examine(server, of: candidates.count - 1)
    }

    private mutating func examine(_ server: AutodiscoverServer, of index: Int) -> [AutodiscoverStep] {
        let json = server.jsonURL(for: address)
        let isNew = seenURLs.insert(json).inserted
        return (isNew ? [ask(.json(url: json), of: index)] : []) + [ask(.look(server), of: index)]
    }

    // MARK: Being sent elsewhere

    private mutating func countRedirect() -> Bool {
        redirects += 1
        if redirects > Self.mostRedirects { verdict.noteTooManyRedirects(Self.mostRedirects) }
        return redirects <= Self.mostRedirects
    }

    private mutating func follow(_ location: String, from question: Question, of index: Int) -> [AutodiscoverStep] {
        guard countRedirect() else { return [] }
        do throws(AutodiscoverServer.Mistake) {
            if case .json(let url) = question {
                let target = try AutodiscoverServer.jsonURL(location: location, from: url)
                guard seenURLs.insert(target).inserted else { return loop(question) }
                return [ask(.json(url: target), of: index)]
            }
            let server = try AutodiscoverServer(location: location, from: question.url)
            guard seenServers.insert(server).inserted else { return loop(question) }
            candidates[index] = Candidate(server: server, urls: candidates[index].urls)
            return examine(server, of: index)
        } catch {
            verdict.note(error, location: location, at: question)
            return []
        }
    }

    /// Somebody else looks after that place, or it leads in a circle.
    private mutating func loop(_ question: Question) -> [AutodiscoverStep] {
        verdict.noteKnownPlace(at: question)
        return []
    }

    /// Everything begins anew for the other address; whom a login may be shown to stays.
    private mutating func move(to address: String) -> [AutodiscoverStep] {
        guard countRedirect() else { return [] }
        guard MailboxAddress(address) != nil, !seenAddresses.contains(address.lowercased()) else {
            verdict.noteUselessAddress(address)
            return []
        }
        return start(address)
    }

    // MARK: Deciding

    /// Goes through the places in their order, as far as all is known of them.
    private mutating func decide() -> [AutodiscoverStep] {
        while outcome == nil, current < candidates.count, !open.values.contains(current) {
            let candidate = candidates[current]
            if let urls = candidate.urls {
                candidates[current].urls = nil
                accept(urls, toldBy: candidate.server)
            } else if let server = candidate.server, candidate.isPresent, !candidate.wasAsked {
                candidates[current].wasAsked = true
                guard trusted.contain(server.endpoint.host) else {
                    verdict.noteUntrusted(server.endpoint.host, at: server.soapURL)
                    continue
                }
                return [ask(.settings(server), of: current)]
            } else {
                current += 1
            }
        }
        if outcome == nil, current == candidates.count, open.isEmpty { outcome = .failed(verdict.failure) }
        return []
    }

    private mutating func accept(_ urls: [String], toldBy server: AutodiscoverServer?) {
        for url in urls {
            guard let endpoint = try? EWSEndpoint(url: url) else {
                verdict.noteUnusable(url)
                continue
            }
            guard trusted.contain(endpoint.host) else {
                verdict.noteUntrusted(endpoint.host, at: url)
                continue
            }
            let isTrusted = server.map { trusted.contain($0.endpoint.host) } ?? false
            outcome = .found(endpoint, server: isTrusted ? server : nil)
            return
        }
    }
}
