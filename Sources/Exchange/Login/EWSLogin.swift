package import Availability
package import HTTPTransport

/// How an account proves to a server who it is. One value serves all requests of a connector, and decides between them
/// what is tried next.
package protocol EWSLogin: Sendable {
    /// How messages name the account: a user name, or the id of an application.
    var account: String { get }

    /// Whether the server takes its requests only in the name of a mailbox, as Exchange Online does of applications.
    var impersonatesAlways: Bool { get }

    /// What the next request to a server proves itself with. May ask somebody else first: a ticket server, a token
    /// endpoint, or the server itself for what it takes.
    ///
    /// - Throws: where there is no proof to be had; nothing was sent to the server then.
    func proof(for endpoint: EWSEndpoint) async throws(SourceFailure) -> HTTPAuthentication

    /// What it means that the server answered a request with 401.
    ///
    /// - Parameters:
    ///   - proof: that the request carried.
    ///   - headers: of the answer; `WWW-Authenticate` tells what the server takes (RFC 9110, 11.6.1).
    func refusal(
        of proof: HTTPAuthentication,
        by endpoint: EWSEndpoint,
        headers: HTTPHeaders
    ) async -> LoginRefusal

    /// An administrator wants another attempt.
    func allowAnotherAttempt() async
}

extension EWSLogin {
    package var impersonatesAlways: Bool { false }
}

/// What follows from a refused login.
package enum LoginRefusal: Sendable {
    /// There is another proof, which the same server has not seen: the request is worth sending again.
    case another
    /// - Parameter isFinal: nothing may be sent any more before an administrator wants it: accounts get locked.
    case failed(SourceFailure, isFinal: Bool)
}
