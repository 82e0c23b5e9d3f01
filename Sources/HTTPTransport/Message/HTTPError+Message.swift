import Foundation

extension HTTPError: CustomStringConvertible {
    /// One sentence: what was seen. A remedy belongs to the diagnosis, which knows what the request was for.
    package var description: String {
        switch self {
        case .invalidURL: "The URL can not be read as an http or https URL without a user name."
        case .invalidRequest(let part): "The \(part.words) holds characters that can not be sent, or is too long."
        case .plainHTTPRefused(let host): "Unencrypted http to \(host) is refused."
        case .tooManyUnderWay: "As many transfers as allowed are already under way."
        case .shutDown: "The HTTP client is shut down."
        case .cancelled: "The transfer was cancelled."
        case .hostNotFound(let host): "No address was found for the host \(host)."
        case .unreachable(let host, let errno):
            "No connection to \(host) could be made: \(String(cString: strerror(errno)))."
        case .connectTimeout(let seconds): "No connection could be made within \(seconds.text) s."
        case .tls(let failure, let host): failure.sentence(about: host)
        case .firstByteTimeout(let seconds): "The server did not begin to answer within \(seconds.text) s."
        case .stalled(let seconds): "The server sent nothing for \(seconds.text) s in the middle of its answer."
        case .wholeTimeout(let seconds): "The answer was not complete within \(seconds.text) s."
        case .connectionClosed: "The connection ended before the answer was complete."
        case .headersTooLarge(let limit): "The header of the answer is larger than \(limit) bytes."
        case .bodyTooLarge(let limit): "The body of the answer is larger than \(limit) bytes."
        case .malformedResponse: "What was answered is not valid HTTP."
        case .notHTTP(let opening): "What was answered is not HTTP; it begins with \(opening)."
        case .outOfResources(let errno): "The system has run out of something: \(String(cString: strerror(errno)))."
        case .libcurl(let code): "libcurl failed with its code \(code)."
        }
    }
}

extension TLSFailure {
    fileprivate func sentence(about host: String) -> String {
        switch self {
        case .nameMismatch(let names):
            names.isEmpty
                ? "The certificate of \(host) is for another name."
                : "The certificate of \(host) is for other names: \(names.joined(separator: ", "))."
        case .untrustedIssuer: "The certificate of \(host) is not signed by a trusted authority."
        case .expired: "The certificate of \(host), or of an authority behind it, has expired."
        case .notYetValid: "The certificate of \(host), or of an authority behind it, is not valid yet."
        case .keyMismatch: "The server \(host) has another key than the one that was pinned."
        case .caFileUnusable(let path): "The file of certification authorities \(path) can not be used."
        case .verification(let code): "The certificate of \(host) could not be verified (OpenSSL's code \(code))."
        case .silent(let seconds): "The server \(host) did not answer in TLS within \(seconds.text) s."
        case .notTLS: "What answers at \(host) does not speak TLS."
        case .oldProtocol: "The server \(host) speaks no version of TLS from 1.2 on."
        case .handshake(let code, let reason):
            "TLS could not be agreed upon with \(host) (libcurl's code \(code)\(reason.map { ", OpenSSL's \($0)" } ?? ""))."
        }
    }
}

extension InvalidPart {
    fileprivate var words: String {
        switch self {
        case .method: "method"
        case .header: "header"
        case .user: "user name"
        case .password: "password"
        case .unixSocket: "path of the Unix socket"
        case .pinnedPublicKey: "pinned public key"
        }
    }
}

extension Double {
    /// Without a fraction where there is none.
    fileprivate var text: String { self == rounded() ? String(format: "%.0f", self) : String(self) }
}
