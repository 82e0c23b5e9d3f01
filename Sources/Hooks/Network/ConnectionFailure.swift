import Foundation
package import NameService

/// Why there is no connection, or no longer one, in cases that a diagnosis can tell apart.
package enum ConnectionFailure: Error, Hashable, Sendable {
    /// The host has no address.
    case name(NameServiceError, host: String)
    /// No address took the connection; the last one says why (errno(3)).
    case notReached(address: String, errno: Int32)
    /// Connecting, with TLS where that is wanted, took longer than this many seconds.
    case timeLimit(seconds: Double)
    /// TLS was spoken, but not by whom it should.
    case untrusted(CertificateFault)
    /// What answers does not speak TLS, or nothing of it that both know.
    case tls(String)
    /// The file of certificates that are to be trusted cannot be used.
    case trustUnusable(path: String)
    /// The other side ended the connection.
    case closed
    /// The connection broke (errno(3); 0 where that is not known).
    case lost(errno: Int32)
    /// The other side takes nothing: more waits to be sent than may.
    case stalled
    /// This side ended the connection.
    case finished
}

/// What was wrong with the certificate of a server.
package enum CertificateFault: Hashable, Sendable {
    /// It is for other names.
    case otherName
    case expired
    case notYetValid
    /// No authority that is trusted signed it.
    case issuer
}

extension ConnectionFailure: CustomStringConvertible {
    /// A clause without a full stop: what was seen.
    package var description: String {
        switch self {
        case .name(let error, let host): "\(host) has no address: \(error)"
        case .notReached(let address, let errno): "\(address) cannot be reached: \(Self.text(errno))"
        case .timeLimit(let seconds): "there was no connection within \(seconds.formatted()) s"
        case .untrusted(let fault): "\(fault)"
        case .tls(let what): "TLS failed: \(what)"
        case .trustUnusable(let path): "the certificates in \(path) cannot be used"
        case .closed: "the other side closed the connection"
        case .lost(let errno): errno == 0 ? "the connection broke" : "the connection broke: \(Self.text(errno))"
        case .stalled: "the other side takes nothing of what is sent"
        case .finished: "the connection was closed here"
        }
    }

    private static func text(_ errno: Int32) -> String { String(cString: strerror(errno)) }
}

extension CertificateFault: CustomStringConvertible {
    /// A clause without a full stop.
    package var description: String {
        switch self {
        case .otherName: "its certificate is for another name"
        case .expired: "its certificate has expired"
        case .notYetValid: "its certificate is not valid yet"
        case .issuer: "its certificate is signed by no authority that is trusted"
        }
    }
}
