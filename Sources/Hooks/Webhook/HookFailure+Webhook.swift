import Availability
import Foundation
import HTTPTransport

/// What the answers of a web server mean, and what it means that there is none.
///
/// Nothing but 410 makes a webhook give up: what waits is the newest state of a user, and a receiver without it is wrong
/// until that changes. So an event that is refused is sent again too, less and less often.
extension HookFailure {
    /// - Returns: `nil` where the event was delivered.
    init?(status: Int, headers: HTTPHeaders, of receiver: String, now: Date) {
        let seen = "HTTP status \(status)"
        switch status {
        case 200...299: return nil
        // The specification's word for "send no more".
        case 410: self = .disabled(receiver, seen: seen)
        // What a receiver says when it wants less, and what a proxy says when the receiver does not answer.
        case 408, 425, 429, 502...504: self = .busy(receiver, seen: seen, seconds: headers.retryAfter(at: now))
        // These ask for credentials, of which the signature is the only one.
        case 401, 403: self = .keyRefused(receiver, seen: seen)
        // Of one event perhaps, or of all: many receivers say 400 when they cannot verify the signature. The others are
        // tried, so that one that cannot be taken holds up nobody.
        case 400, 409, 413, 422, 500...599: self = .eventRefused(receiver, seen: seen)
        // Where it leads, nobody said that presences may go.
        case 300...399: self = .misunderstood(receiver, seen: "\(seen), which leads elsewhere and is not followed")
        // A page that is not there, a method that it does not have: it is not the receiver.
        default: self = .misunderstood(receiver, seen: seen)
        }
    }

    init(_ error: HTTPError, of receiver: String) {
        switch error {
        case .tls(let failure, _): self = Self.tls(failure, receiver)
        case .connectionClosed: self = .closed(receiver)
        case .malformedResponse: self = .misunderstood(receiver, seen: "it is not HTTP")
        case .notHTTP(let opening):
            let start = opening.isEmpty ? "" : ", but begins with “\(opening)”"
            self = .misunderstood(receiver, seen: "it is not HTTP\(start)")
        case .headersTooLarge(let limit), .bodyTooLarge(let limit):
            self = .misunderstood(receiver, seen: "more than \(limit) bytes")
        case .unreachable(_, let errno): self = .unreachable(receiver, seen: String(cString: strerror(errno)))
        case .hostNotFound(let host): self = .unreachable(receiver, seen: "no address was found for \(host)")
        case .connectTimeout(let seconds):
            self = .unreachable(receiver, seen: "no connection within \(seconds.formatted()) s")
        case .firstByteTimeout(let seconds), .stalled(let seconds), .wholeTimeout(let seconds):
            self = .unreachable(receiver, seen: "no whole answer within \(seconds.formatted()) s")
        // The configuration lets none of the first three through; the rest is our own house.
        case .invalidURL, .invalidRequest, .plainHTTPRefused, .tooManyUnderWay, .shutDown, .cancelled, .outOfResources,
            .libcurl:
            self = .unreachable(receiver, seen: String("\(error)".dropLast()))
        }
    }

    /// There was no memory for a signature.
    static func notSigned(_ receiver: String) -> HookFailure {
        .unreachable(receiver, seen: "no signature could be made, memory is short")
    }

    private static func keyRefused(_ receiver: String, seen: String) -> HookFailure {
        .loginRefused(
            receiver,
            seen: seen,
            remedy: "Give the receiver the signing key that secret_file or secret_credential in [[hook]] names, whsec_ "
                + "and all. Compare both clocks: more than five minutes apart, signatures are refused."
        )
    }

    private static func eventRefused(_ receiver: String, seen: String) -> HookFailure {
        .rejected(
            receiver,
            seen: seen,
            remedy:
                "See the log of the receiver for what it has against it. With status 400 compare the signing key in "
                + "[[hook]] with the receiver's, and both clocks. It is sent again.",
            retry: .later
        )
    }

    private static func tls(_ failure: TLSFailure, _ receiver: String) -> HookFailure {
        switch failure {
        case .nameMismatch(let names):
            untrusted(
                receiver,
                seen: "it is for \(names.isEmpty ? "no name at all" : names.joined(separator: ", "))",
                remedy:
                    "Use one of those names in url of [[hook]], or give the receiver a certificate for the name there."
            )
        case .untrustedIssuer(let fault): untrusted(receiver, seen: issuer(of: fault), remedy: trust(fault?.serverKey))
        case .expired(let fault): outdated(receiver, "it has expired", fault)
        case .notYetValid(let fault): outdated(receiver, "it is not valid yet", fault)
        case .keyMismatch(let found):
            untrusted(
                receiver,
                seen: "its key is \(found ?? "another one"), which pinned_public_key does not name",
                remedy: "If its key was changed on purpose, set pinned_public_key in [[hook]] to the new one. If not, "
                    + "somebody else answers in its place."
            )
        case .caFileUnusable(let path):
            untrusted(receiver, seen: "the file \(path) holds no certificates that could be read", remedy: trust(nil))
        case .verification(let code):
            untrusted(receiver, seen: "OpenSSL's verification ended with code \(code)", remedy: trust(nil))
        case .silent(let seconds): .unreachable(receiver, seen: "nothing came in TLS for \(seconds.formatted()) s")
        case .notTLS: .misunderstood(receiver, seen: "it is not TLS")
        case .oldProtocol: .misunderstood(receiver, seen: "no version of TLS from 1.2 on")
        case .handshake(let code, let reason):
            .misunderstood(
                receiver,
                seen: "there is no agreement on TLS (libcurl \(code)\(reason.map { ", OpenSSL \($0)" } ?? ""))"
            )
        }
    }

    private static func issuer(of fault: FaultyCertificate?) -> String {
        guard let fault else { return "no authority known here signed it" }
        return fault.isSelfSigned && fault.depth == 0
            ? "it is signed by nobody but itself" : "its issuer “\(fault.facts.issuer)” is not known here"
    }

    private static func outdated(_ receiver: String, _ seen: String, _ fault: FaultyCertificate?) -> HookFailure {
        let dates = fault.flatMap { fault -> String? in
            guard let start = fault.facts.notBefore, let end = fault.facts.notAfter else { return nil }
            return ", but from \(start.formatted(.iso8601)) to \(end.formatted(.iso8601))"
        }
        return untrusted(
            receiver,
            seen: seen + (dates ?? ""),
            remedy: "Renew the certificate of the receiver. Check the clock of this machine (timedatectl)."
        )
    }

    /// Both ways to trust; a key that was seen should be believed by nobody before having looked at the receiver.
    private static func trust(_ key: String?) -> String {
        let seen = key.map { "\($0), the key that was seen, once you have made sure that it is the receiver's" }
        return "Set ca_file in [[hook]] to a PEM file with the certificate of the authority that signed it, or "
            + "pinned_public_key to \(seen ?? "the receiver's key")."
    }
}
