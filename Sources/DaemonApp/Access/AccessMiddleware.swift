import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The way by which requests come.
enum Entrance: Sendable {
    case controlSocket
    /// - Parameter isLocal: whether only this machine can reach the address.
    case network(isLocal: Bool)
}

/// Lets through who may ask, before anything of the request but its head is looked at.
struct AccessMiddleware: RouterMiddleware {
    let entrance: Entrance
    let policy: AccessPolicy

    func handle(
        _ request: Request,
        context: ControlContext,
        next: (Request, ControlContext) async throws -> Response
    ) async throws -> Response {
        let asker: Asker =
            switch entrance {
            case .controlSocket: .peer(try await context.peer())
            case .network(let isLocal): .visitor(Visitor(request.head, isLocal: isLocal))
            }
        if let refusal = policy.rule.refusal(of: asker, asking: request.method) {
            throw ControlProblem.refused(refusal)
        }
        return try await next(request, context)
    }
}

extension Visitor {
    init(_ head: HTTPRequest, isLocal: Bool) {
        self.init(
            isLocal: isLocal,
            asksForAddress: Self.isAddress(head.authority ?? ""),
            token: head.headerFields[.authorization].flatMap(Self.bearer)
        )
    }

    /// The name of the scheme may be in any letter case (RFC 9110, 11.1). Whatever else is in the header is no token.
    private static func bearer(_ header: String) -> String? {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return parts[1].trimmingCharacters(in: .whitespaces)
    }

    /// Whether `authority` is `localhost` or an IP address, with or without a port.
    private static func isAddress(_ authority: String) -> Bool {
        var host = Substring(authority)
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
            host = host[..<end].dropFirst()
        } else if let colon = host.lastIndex(of: ":") {
            host = host[..<colon]
        }
        if host.lowercased() == "localhost" { return true }
        return (try? SocketAddress(ipAddress: String(host), port: 0)) != nil
    }
}
