import Exchange
import HTTPTransport
import Kerberos
import Synchronization

/// Kerberos by a script: tokens `1`, `2`, … or errors.
final class ScriptedTokens: NegotiateTokens {
    private struct State {
        var errors: [KerberosError?]
        var hosts: [String] = []
        var discards = 0
    }

    private let state: Mutex<State>

    /// - Parameter errors: one for each token, `nil` where there is one; the last holds from then on.
    init(_ errors: KerberosError?...) {
        state = Mutex(State(errors: errors))
    }

    /// Whom a token was asked for.
    var hosts: [String] { state.withLock(\.hosts) }
    var discards: Int { state.withLock(\.discards) }

    func negotiateToken(for host: String) async throws(KerberosError) -> Secret {
        let (number, error) = state.withLock { state in
            state.hosts.append(host)
            return (state.hosts.count, state.errors.count > 1 ? state.errors.removeFirst() : state.errors.first ?? nil)
        }
        if let error { throw error }
        return Secret("\(number)")
    }

    func discard() async {
        state.withLock { $0.discards += 1 }
    }
}
