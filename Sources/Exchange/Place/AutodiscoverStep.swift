import Availability
import NameService

/// One question of a search for EWS.
struct AutodiscoverStep: Hashable, Sendable {
    /// Rises within a search.
    let number: Int
    let question: Question

    enum Question: Hashable, Sendable {
        /// Asks in JSON, without a login.
        case json(url: String)
        /// Asks, without a login, whether Autodiscover is there at all.
        case look(AutodiscoverServer)
        /// Asks, without a login, over plain http, where Autodiscover is. What is answered is nobody's word.
        case plainRedirect(url: String)
        /// Asks the DNS.
        case services(name: String)
        /// Asks SOAP Autodiscover, logged in.
        case settings(AutodiscoverServer)
        /// Asks POX Autodiscover, logged in.
        case account(AutodiscoverServer)
    }

    enum Answer: Sendable {
        /// Autodiscover is there, and wants a login.
        case present
        /// URLs of EWS, the best first; not empty.
        case urls([String])
        /// Ask there, says a header or an answer.
        case redirect(location: String)
        /// Ask for another address.
        case redirectAddress(String)
        /// In the order in which they are to be tried.
        case services([ServiceRecord])
        /// Nothing that helps.
        ///
        /// - Parameters:
        ///   - why: a clause, such as `the connection was refused`.
        ///   - diagnosis: where it tells more than that nothing was found.
        case nothing(why: String, Diagnosis?)
        /// The login was refused for good: nobody else may be shown it.
        case refused(SourceFailure)
    }
}

extension AutodiscoverStep.Question {
    /// What was asked: a URL, or a name of the DNS.
    var url: String {
        switch self {
        case .json(let url), .plainRedirect(let url): url
        case .look(let server), .account(let server): server.poxURL
        case .settings(let server): server.soapURL
        case .services(let name): name
        }
    }

    /// How it was asked, for a person.
    var manner: String {
        switch self {
        case .json: "JSON"
        case .look: "GET"
        case .plainRedirect: "redirect"
        case .services: "DNS"
        case .settings: "SOAP"
        case .account: "POX"
        }
    }
}

/// What came of one step of a search, for a person.
package struct AutodiscoverFinding: Hashable, Sendable {
    /// What was asked: a URL, or a name of the DNS.
    package let place: String
    /// How: `JSON`, `GET`, `redirect`, `DNS`, `SOAP` or `POX`.
    package let manner: String
    /// A clause that says what came of it.
    package let outcome: String
    /// Whether it led on.
    package let isGood: Bool
}
