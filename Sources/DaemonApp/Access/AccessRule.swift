import ConfigurationFile
import HTTPTypes

/// Who may ask for what, as the configuration has it. Decides, and asks nobody.
struct AccessRule: Sendable {
    /// The user the daemon runs as (`uid_t`).
    var daemonUser: UInt32
    /// Whose members may change things over the control socket, besides that user and root.
    var writerGroup: SystemGroup?
    /// Those who may come over TCP.
    var tokens: [AccessToken]

    /// Why `asker` is refused; `nil` where he is not.
    ///
    /// GET and HEAD look, whatever else there is changes something (RFC 9110, 9.2.1).
    func refusal(of asker: Asker, asking method: HTTPRequest.Method) -> AccessRefusal? {
        let isWriting = method != .get && method != .head
        switch asker {
        case .peer(let peer):
            // Who may connect at all is told by the mode of the socket, and may look.
            guard isWriting, !mayWrite(peer) else { return nil }
            return .notAWriter(group: writerGroup?.name)
        case .visitor(let visitor): return refusal(of: visitor, isWriting: isWriting)
        }
    }

    private func mayWrite(_ peer: PeerCredentials?) -> Bool {
        guard let peer else { return false }
        return peer.user == 0 || peer.user == daemonUser || writerGroup.map { peer.groups.contains($0.number) } ?? false
    }

    private func refusal(of visitor: Visitor, isWriting: Bool) -> AccessRefusal? {
        if let shown = visitor.token {
            // All are compared, so that the time it takes does not tell how far one was right.
            let known = tokens.filter { $0.equals(shown) }.first
            guard let known else { return .unknownToken }
            return isWriting && known.access == .read ? .readOnlyToken(known.name) : nil
        }
        guard tokens.isEmpty else { return .noToken }
        guard visitor.isLocal else { return .noToken }
        guard visitor.asksForAddress else { return .wrongHost }
        return isWriting ? .readOnly : nil
    }
}

/// Who asks, as far as the way he came can tell.
enum Asker: Sendable {
    /// Over the control socket; `nil` where the system does not tell who it is.
    case peer(PeerCredentials?)
    /// Over TCP.
    case visitor(Visitor)
}

/// A process at the other end of the control socket, as it was when it connected (unix(7)).
struct PeerCredentials: Hashable, Sendable {
    /// `uid_t`.
    var user: UInt32
    /// Its group and its supplementary groups (`gid_t`).
    var groups: Set<UInt32>
}

/// Somebody who came over TCP.
struct Visitor: Sendable {
    /// Whether the address he came to is one that only this machine can reach.
    var isLocal: Bool
    /// Whether he names the server by an IP address or as `localhost`, which no DNS server can turn elsewhere.
    var asksForAddress: Bool
    /// What he shows (`Authorization: Bearer …`, RFC 6750).
    var token: String?
}

/// Why a request is refused, whatever it asks for.
enum AccessRefusal: Hashable, Sendable {
    /// - Parameter group: whose members may, if there is one.
    case notAWriter(group: String?)
    case noToken
    case unknownToken
    case readOnlyToken(String)
    /// No token was shown, and none is known.
    case readOnly
    case wrongHost
}
