import Foundation
import SIPMessages

/// Why one server gave no answer to a request.
enum SIPLinkFailure: Error, Hashable, Sendable {
    case connection(ConnectionFailure)
    /// It was silent for so many seconds.
    case silent(TimeInterval)
    /// What it sent over the connection is no SIP.
    case garbage(SIPSyntaxError)
    /// The request cannot be written: it is too large, or holds what it must not.
    case unwritable(SIPSyntaxError)
}

extension SIPLinkFailure: CustomStringConvertible {
    /// A clause without a full stop.
    var description: String {
        switch self {
        case .connection(let failure): "\(failure)"
        case .silent(let seconds): "it did not answer within \(seconds.formatted()) s"
        case .garbage(let error): "what it sent is no SIP message: \(error)"
        case .unwritable(let error): "the request cannot be written: \(error)"
        }
    }

    /// Whether another server may well answer (RFC 3263, 4.3).
    var concernsThisServer: Bool {
        switch self {
        case .connection, .silent, .garbage: true
        case .unwritable: false
        }
    }
}
