import Availability
import EWSMessages
import Foundation
import HTTPTransport

/// Sorts whatever goes wrong with a server into diagnoses, and says whether to try again. All quirks of servers that
/// have to do with errors are in this type.
struct FailureClassifier: Sendable {
    let endpoint: EWSEndpoint
    let user: String
    /// What a certificate's dates are held against.
    let clock: any WallClock
    /// Whether the login is that of an application, which nobody takes but Exchange Online and servers in its company.
    var isApplication = false

    var isOnline: Bool { isApplication || endpoint.isExchangeOnline }

    // MARK: No answer

    func failure(_ error: HTTPError) -> SourceFailure {
        let host = endpoint.host
        switch error {
        case .invalidURL: return SourceFailure(.malformedURL(endpoint.url), retry: .never)
        case .plainHTTPRefused: return SourceFailure(.notHTTPS(endpoint.url), retry: .never)
        case .invalidRequest(.pinnedPublicKey): return SourceFailure(.notAPin(host), retry: .never)
        case .invalidRequest(let part): return SourceFailure(.unsendableAccount(part.rawValue), retry: .never)
        case .hostNotFound: return SourceFailure(.hostNotFound(host), retry: .later)
        case .unreachable(_, let errno):
            return SourceFailure(.unreachable(host, how: String(cString: strerror(errno))), retry: .later)
        case .connectTimeout(let seconds):
            return SourceFailure(.unreachable(host, how: "timed out after \(Int(seconds)) s"), retry: .later)
        case .tls(let failure, _): return SourceFailure(diagnosis(failure), retry: .later)
        case .firstByteTimeout(let seconds), .stalled(let seconds), .wholeTimeout(let seconds):
            return SourceFailure(.noAnswer(host, how: "nothing more came for \(Int(seconds)) s"), retry: .later)
        case .connectionClosed: return SourceFailure(.noAnswer(host, how: "the connection was closed"), retry: .later)
        case .headersTooLarge(let limit), .bodyTooLarge(let limit):
            return SourceFailure(.unexpectedAnswer("more than \(limit) bytes"), retry: .later)
        case .notHTTP(let opening):
            let foreign = ForeignServer(notHTTPFrom: endpoint, opening: opening)?.diagnosis
            let what = "it is not HTTP, but begins with “\(excerpt(opening))”"
            return SourceFailure(foreign ?? .unexpectedAnswer(what), retry: .later)
        case .malformedResponse:
            let foreign = ForeignServer(notHTTPFrom: endpoint)?.diagnosis
            return SourceFailure(foreign ?? .unexpectedAnswer("it is not HTTP"), retry: .later)
        case .tooManyUnderWay: return SourceFailure(.exhausted("too many requests are under way"), retry: .later)
        case .outOfResources(let errno):
            return SourceFailure(.exhausted(String(cString: strerror(errno))), retry: .later)
        case .libcurl(let code): return SourceFailure(.noAnswer(host, how: "libcurl error \(code)"), retry: .later)
        case .cancelled, .shutDown: return SourceFailure(.interrupted, retry: .later)
        }
    }

    private func diagnosis(_ failure: TLSFailure) -> Diagnosis {
        let host = endpoint.host
        switch failure {
        case .nameMismatch(let names):
            return endpoint.isAddress ? .addressNotInCertificate(host, names) : .nameMismatch(host, names)
        case .keyMismatch(let found): return .otherKey(host, found)
        case .untrustedIssuer(let fault): return .untrusted(host, fault)
        case .expired(let fault): return .certificateExpired(host, fault, now: clock.now)
        case .notYetValid(let fault): return .certificateNotYetValid(host, fault, now: clock.now)
        case .caFileUnusable(let path): return .unusableAuthorities(host, path)
        case .verification(let code): return .unverifiable(host, code: code)
        case .silent(let seconds): return .noAnswer(host, how: "nothing came in TLS for \(Int(seconds)) s")
        case .notTLS: return ForeignServer(notHTTPFrom: endpoint)?.diagnosis ?? .notTLS(host)
        case .oldProtocol: return .oldProtocol(host)
        case .handshake(let code, let reason):
            return ForeignServer(notHTTPFrom: endpoint)?.diagnosis
                ?? .handshakeFailed(host, code: code, reason: reason)
        }
    }

    // MARK: An answer that is not SOAP

    /// Why this is no SOAP message, or `nil` where it may be one. Faults come with 500, from some servers with 200.
    func failure(_ response: HTTPResponse) -> SourceFailure? {
        switch response.status {
        case 403:
            return SourceFailure(denied("HTTP status 403", BearerRefusal(response.headers).words), retry: .later)
        case 429, 503:
            let seconds = response.headers.retryAfter(at: clock.now)
            let diagnosis = Diagnosis.serverBusy(seconds: seconds, policy: nil)
            return SourceFailure(diagnosis, retry: seconds.map { .after($0) } ?? .later)
        case 200, 500: return isXML(response) ? nil : notEWS(response)
        default: return notEWS(response)
        }
    }

    private func isXML(_ response: HTTPResponse) -> Bool {
        guard !announcesPage(response.headers) else { return false }
        return response.body.first { !($0 == 0x20 || 0x09...0x0D ~= $0) }.map { $0 == 0x3C || $0 == 0xEF } ?? false
    }

    /// Whether what follows this header is a page for a person.
    func announcesPage(_ headers: HTTPHeaders) -> Bool {
        headers["Content-Type"]?.lowercased().contains("html") ?? false
    }

    private func notEWS(_ response: HTTPResponse) -> SourceFailure {
        if let foreign = ForeignServer(response, from: endpoint) {
            return SourceFailure(foreign.diagnosis, retry: .later)
        }
        return SourceFailure(NotEWS(response, from: endpoint).diagnosis, retry: .later)
    }

    /// - Parameter words: what the server said besides.
    private func denied(_ what: String, _ words: String? = nil) -> Diagnosis {
        guard isApplication else { return .accessDenied(what, isExchangeOnline: isOnline) }
        return .applicationDenied(user, [what, words].compactMap(\.self).joined(separator: ", "))
    }

    // MARK: SOAP

    /// The answer was taken for SOAP and is none, or not one that was asked for.
    func failure(_ error: EWSDecodingError, in response: HTTPResponse) -> SourceFailure {
        if case .notAnEnvelope = error.reason { return notEWS(response) }
        return SourceFailure(.unexpectedAnswer(error.description), retry: .later, isOfRequest: true)
    }

    /// A fault that answers a request which concerns many mailboxes.
    func failure(_ fault: SOAPFault) -> SourceFailure {
        guard let code = fault.responseCode else {
            return SourceFailure(
                .serverFault("\(fault.faultCode) \(fault.faultString)"),
                retry: .later,
                isOfRequest: true
            )
        }
        if let whole = wholeFailure(code, fault.messageXml) { return whole }
        switch code {
        case .accessDenied, .accountDisabled, .missingEmailAddress, .impersonateUserDenied, .impersonationDenied:
            return SourceFailure(denied(code.rawValue), retry: .later)
        default: return SourceFailure(.serverFault(code.rawValue), retry: .later, isOfRequest: true)
        }
    }

    /// What a code says of the server or the account, whatever was asked; `nil` where it may concern one mailbox.
    func wholeFailure(_ code: ResponseCode, _ messageXml: MessageXml) -> SourceFailure? {
        switch code {
        case .serverBusy:
            let busy = Diagnosis.serverBusy(seconds: messageXml.backOffSeconds, policy: messageXml.values["Policy"])
            return SourceFailure(busy, retry: messageXml.retryAdvice)
        case .exceededConnectionCount, .exceededSubscriptionCount:
            return SourceFailure(.tooManyConnections(code.rawValue), retry: messageXml.retryAdvice)
        case .invalidServerVersion: return SourceFailure(.unsupportedServer(nil), retry: .later)
        case .schemaValidation, .incorrectSchemaVersion:
            return SourceFailure(.serverFault(code.rawValue), retry: .later, isOfRequest: true)
        default: return nil
        }
    }
}

extension MessageXml {
    fileprivate var backOffSeconds: Double? { backOffMilliseconds.map { Double($0) / 1_000 } }

    /// When the server wants to be asked again.
    var retryAdvice: RetryAdvice { backOffSeconds.map { .after($0) } ?? .later }
}
