import Availability

extension HookFailure {
    /// A connection that there is not, or no longer.
    ///
    /// - Parameter receiver: as ``PresenceHook/target``.
    init(_ failure: ConnectionFailure, receiver: String) {
        self =
            switch failure {
            case .untrusted(.otherName):
                .untrusted(
                    receiver,
                    seen: "\(failure)",
                    remedy: "Set the host in [[hook]] to a name in the certificate, or have one issued for this name."
                )
            case .untrusted(.expired), .untrusted(.notYetValid):
                .untrusted(
                    receiver,
                    seen: "\(failure)",
                    remedy: "Have the certificate renewed, or set the clocks of both machines right."
                )
            case .untrusted(.issuer): .untrusted(receiver, seen: "\(failure)")
            case .trustUnusable:
                .untrusted(
                    receiver,
                    seen: "\(failure)",
                    remedy: "Set ca_file in [[hook]] to a file of PEM certificates that the daemon may read."
                )
            case .tls: .misunderstood(receiver, seen: "\(failure)")
            case .closed, .finished: .closed(receiver)
            case .name, .notReached, .timeLimit, .lost, .stalled: .unreachable(receiver, seen: "\(failure)")
            }
    }
}
