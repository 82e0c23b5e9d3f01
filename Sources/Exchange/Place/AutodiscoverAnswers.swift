import Availability
import EWSMessages
import Foundation
import HTTPTransport
import NameService

/// What the answers to the questions of a search mean. Asks nobody.
struct AutodiscoverAnswers: Sendable {
    typealias Answer = AutodiscoverStep.Answer

    /// How messages name the account.
    let account: String
    let clock: any WallClock

    // MARK: Nobody answered

    func answer(_ error: HTTPError, from endpoint: EWSEndpoint) -> Answer {
        let diagnosis = FailureClassifier(endpoint: endpoint, user: account, clock: clock).failure(error).diagnosis
        switch error {
        case .hostNotFound: return .nothing(why: "there is no address of the host", diagnosis)
        case .unreachable(_, let errno):
            return .nothing(why: "no connection (\(String(cString: strerror(errno))))", diagnosis)
        case .connectTimeout(let seconds), .firstByteTimeout(let seconds), .stalled(let seconds),
            .wholeTimeout(let seconds):
            return .nothing(why: "no answer within \(Int(seconds)) s", diagnosis)
        case .tls(let failure, _): return .nothing(why: clause(failure), diagnosis)
        case .connectionClosed: return .nothing(why: "the connection was closed", diagnosis)
        default: return .nothing(why: diagnosis.summary, diagnosis)
        }
    }

    func answer(_ error: NameServiceError) -> Answer { .nothing(why: error.description, nil) }

    private func clause(_ failure: TLSFailure) -> String {
        switch failure {
        case .nameMismatch(let names): "its certificate is for \(excerpt(names.joined(separator: ", ")))"
        case .untrustedIssuer: "no authority known here signed its certificate"
        case .expired: "its certificate has expired"
        case .notYetValid: "its certificate is not valid yet"
        case .keyMismatch: "it has another key than pinned_public_key says"
        case .caFileUnusable, .verification: "its certificate cannot be verified"
        case .silent(let seconds): "no TLS within \(Int(seconds)) s"
        case .notTLS: "it does not speak TLS"
        case .oldProtocol, .handshake: "it speaks no TLS that is spoken here"
        }
    }

    // MARK: Without a login

    func json(_ response: HTTPResponse) -> Answer {
        if let redirect = redirect(response) { return redirect }
        switch AutodiscoverV2Response.decode(response.body) {
        case .url(let url) where response.status == 200: return .urls([url])
        case .error(let code): return .nothing(why: "the server says \(excerpt(code))", nil)
        case .url, nil: return .nothing(why: "no answer in JSON (\(words(for: response)))", nil)
        }
    }

    /// Exchange asks even for this question's login, or answers with an error of its own.
    func look(_ response: HTTPResponse) -> Answer {
        if let redirect = redirect(response) { return redirect }
        switch response.status {
        // Some servers take no question of this kind at all where Autodiscover is.
        case 401, 405: return .present
        case 200 where (try? PoxAutodiscoverResponse.decode(response.body)) != nil: return .present
        default: return .nothing(why: "no Autodiscover (\(words(for: response)))", nil)
        }
    }

    func plainRedirect(_ response: HTTPResponse) -> Answer {
        redirect(response) ?? .nothing(why: "no redirect (\(words(for: response)))", nil)
    }

    private func redirect(_ response: HTTPResponse) -> Answer? {
        guard [301, 302, 303, 307, 308].contains(response.status), let location = response.headers["Location"] else {
            return nil
        }
        return .redirect(location: location)
    }

    // MARK: With a login

    /// - Parameter response: not one that refuses the login.
    func settings(_ response: HTTPResponse) -> Answer {
        if let redirect = redirect(response) { return redirect }
        let reply: EWSReply<GetUserSettingsResponse>
        do throws(EWSDecodingError) {
            reply = try GetUserSettingsResponse.decode(response.body)
        } catch {
            return .nothing(why: "no SOAP Autodiscover (\(words(for: response)))", nil)
        }
        guard case .success(let message) = reply.result else {
            return .nothing(why: "the server answers with a fault", nil)
        }
        guard message.errorCode == .noError, let user = message.users.first else {
            return .nothing(why: "the server says \(excerpt(message.errorCode.rawValue))", nil)
        }
        switch (user.errorCode, user.redirectTarget) {
        case (.noError, _):
            let urls = [.externalEwsUrl, .internalEwsUrl].compactMap { user.settings[$0] }
            return urls.isEmpty ? .nothing(why: "the server tells no URL of EWS", nil) : .urls(urls)
        case (.redirectAddress, let address?): return .redirectAddress(address)
        case (.redirectUrl, let url?): return .redirect(location: url)
        default: return .nothing(why: "the server says \(excerpt(user.errorCode.rawValue))", nil)
        }
    }

    /// - Parameter response: not one that refuses the login.
    func account(_ response: HTTPResponse) -> Answer {
        if let redirect = redirect(response) { return redirect }
        do throws(EWSDecodingError) {
            switch try PoxAutodiscoverResponse.decode(response.body) {
            case .ewsURLs(let urls):
                return urls.isEmpty ? .nothing(why: "the server tells no URL of EWS", nil) : .urls(urls)
            case .redirectAddress(let address): return .redirectAddress(address)
            case .redirectURL(let url): return .redirect(location: url)
            case .error(let code): return .nothing(why: "the server says error \(excerpt(code))", nil)
            }
        } catch {
            return .nothing(why: "no POX Autodiscover (\(words(for: response)))", nil)
        }
    }

    private func words(for response: HTTPResponse) -> String {
        let type = response.headers["Content-Type"].map { ", \(excerpt(String($0.prefix(60))))" } ?? ""
        return "HTTP status \(response.status)\(type)"
    }
}
