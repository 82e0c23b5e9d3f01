import Availability
import NameService

/// Keeps what came of each step of a search, and says in the end what is wrong, if nothing was found.
struct AutodiscoverVerdict: Sendable {
    private(set) var findings: [AutodiscoverFinding] = []
    private let domain: String
    private let trusted: TrustedHosts
    /// What says more than that nothing was found; the lowest rank says most.
    private var telling: [(rank: Int, diagnosis: Diagnosis)] = []

    init(address: String, trusted: TrustedHosts) {
        domain = address.split(separator: "@").last.map { $0.lowercased() } ?? ""
        self.trusted = trusted
    }

    /// Why nothing was found.
    var failure: SourceFailure {
        let diagnosis = telling.min { $0.rank < $1.rank }?.diagnosis
        return SourceFailure(diagnosis ?? .autodiscoverFailed(domain, clauses), retry: .later)
    }

    /// One for each place; that a place does not know JSON says little.
    private var clauses: [String] {
        findings.filter { !$0.isGood && $0.manner != "JSON" }.map { "\($0.place): \($0.outcome)" }
    }

    mutating func note(_ answer: AutodiscoverStep.Answer, to question: AutodiscoverStep.Question) {
        switch answer {
        case .present: add(question, "Autodiscover is there and asks for a login", isGood: true)
        case .urls(let urls): add(question, "EWS is at \(excerpt(urls.joined(separator: ", ")))", isGood: true)
        case .redirect(let location): add(question, "sends to \(excerpt(location))", isGood: true)
        case .redirectAddress(let address): add(question, "says to ask for \(excerpt(address))", isGood: true)
        case .services(let records):
            let targets = records.prefix(5).map { "\($0.target):\($0.port)" }.joined(separator: ", ")
            add(question, "names \(excerpt(targets))", isGood: true)
        case .nothing(let why, let diagnosis):
            add(question, why)
            if let diagnosis { tell(diagnosis, at: question) }
        case .refused(let failure): add(question, "the login was refused (\(failure.diagnosis.id))")
        }
    }

    /// What is wrong with a login that was shown tells most. A certificate tells of a place that is there; but at the mail
    /// domain itself it is that of a web site.
    private mutating func tell(_ diagnosis: Diagnosis, at question: AutodiscoverStep.Question) {
        switch question {
        case .settings, .account: if !diagnosis.id.hasPrefix("dns.") { telling.append((0, diagnosis)) }
        case .look(let server) where server.endpoint.host != domain && diagnosis.id.hasPrefix("tls."):
            telling.append((2, diagnosis))
        default: break
        }
    }

    // MARK: What the search itself refuses

    mutating func noteUntrusted(_ host: String, at place: String) {
        add(
            place,
            "login",
            "\(host) belongs to none of \(trusted.domains.joined(separator: ", ")), so it is sent no login"
        )
        telling.append((1, .autodiscoverUntrusted(excerpt(host), domain: domain)))
    }

    mutating func noteUnusable(_ url: String) {
        add(excerpt(url), "login", "is no URL of an EWS service over https")
    }

    mutating func noteTooManyRedirects(_ limit: Int) {
        add(domain, "redirect", "more than \(limit) redirects")
    }

    mutating func noteKnownPlace(at question: AutodiscoverStep.Question) {
        add(question, "sends to a place that is asked already")
    }

    mutating func noteUselessAddress(_ address: String) {
        add(excerpt(address), "redirect", "is no address, or one that was asked for already")
    }

    mutating func note(
        _ mistake: AutodiscoverServer.Mistake,
        location: String,
        at question: AutodiscoverStep.Question
    ) {
        switch mistake {
        case .notHTTPS: add(question, "sends to \(excerpt(location)), which is not https")
        case .otherPage: add(question, "sends to \(excerpt(location)), which is not Autodiscover")
        }
    }

    private mutating func add(_ question: AutodiscoverStep.Question, _ outcome: String, isGood: Bool = false) {
        add(question.url, question.manner, outcome, isGood: isGood)
    }

    private mutating func add(_ place: String, _ manner: String, _ outcome: String, isGood: Bool = false) {
        findings.append(AutodiscoverFinding(place: place, manner: manner, outcome: outcome, isGood: isGood))
    }
}
