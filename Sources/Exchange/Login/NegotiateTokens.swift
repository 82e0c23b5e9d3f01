import Availability
import Foundation
package import HTTPTransport
package import Kerberos

/// Makes proofs with Kerberos; tests put a script in its place.
package protocol NegotiateTokens: Sendable {
    /// A token for one request, in base64.
    ///
    /// - Parameter host: the server's name.
    func negotiateToken(for host: String) async throws(KerberosError) -> Secret

    /// The server did not like the tickets: the next token is made with new ones, where these can be had.
    func discard() async
}

extension KerberosTickets: NegotiateTokens {
    package func negotiateToken(for host: String) async throws(KerberosError) -> Secret {
        Secret(Data(try await token(for: host)).base64EncodedString())
    }
}

/// Why there is no proof with Kerberos.
enum NegotiateFailure: Error {
    /// Services have names, and addresses are none (RFC 4559, 4.1).
    case address(String)
    case kerberos(KerberosError, host: String)

    /// The request was given up by whoever wanted it: nothing is known of Kerberos then.
    var isOfCaller: Bool {
        if case .kerberos(let error, _) = self { error.cause == .cancelled } else { false }
    }

    /// - Parameter account: as messages name it.
    func failure(of account: String) -> SourceFailure {
        switch self {
        case .address(let address): SourceFailure(.kerberosNeedsName(address), retry: .never)
        case .kerberos(let error, let host):
            // The Kerberos server counts wrong keys as it counts wrong passwords, and locks accounts.
            SourceFailure(
                .kerberos(error, account: account, host: host),
                retry: error.cause == .keyRefused ? .never : .later
            )
        }
    }
}
