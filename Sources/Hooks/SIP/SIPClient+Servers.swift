import Availability
import Foundation
import SIPMessages

// Where requests go: to the servers in turn, over one link to each.
extension SIPClient {
    /// Servers that are tried for one request.
    private static let mostServers = 4
    /// Servers that are connected to.
    private static let mostLinks = 8
    /// Seconds for which names are not looked up again.
    private static let placeKept: TimeInterval = 600
    /// Seconds for which they are not after they could not be.
    private static let pauseOfNames: TimeInterval = 60
    /// Bytes that the link adds to a request.
    private static let largestVia = 120

    /// Sends a request to the servers in turn until one answers.
    ///
    /// - Parameter deadline: is put off by as long as names take, which have a time of their own.
    func send(
        _ request: SIPRequest,
        at uri: SIPURI?,
        deadline: inout Date
    ) async throws(HookFailure) -> SIPResponse {
        let asked = scheduler.now
        let servers = Array(try await self.servers(for: uri).inOrder.prefix(Self.mostServers))
        deadline += max(0, scheduler.now.timeIntervalSince(asked))
        var busy: SIPResponse?
        var failure = SIPLinkFailure.silent(setting.timeLimit)
        for (index, server) in servers.enumerated() {
            let left = deadline.timeIntervalSince(scheduler.now)
            guard left > 0 else { break }
            do throws(SIPLinkFailure) {
                let patience = left / Double(servers.count - index)
                let response = try await exchange(request, with: server, patience: patience)
                guard response.status == 503 else {
                    if index > 0 { place?.servers.prefer(server) }
                    return response
                }
                busy = response
            } catch {
                if case .connection(.untrusted) = error { await forgetTrust(in: server) }
                // A certificate that is not trusted tells more than a second address that nobody has.
                if case .connection(.untrusted) = failure {} else { failure = error }
                guard error.concernsThisServer else { break }
            }
        }
        if let busy { return busy }
        if uri == nil { place?.until = .distantPast }
        throw .sip(setting.receiver, failure)
    }

    /// What is too large for a datagram goes over a connection, or where the server takes none, in a datagram after all
    /// (RFC 3261, 18.1.1).
    private func exchange(
        _ request: SIPRequest,
        with server: SIPServer,
        patience: TimeInterval
    ) async throws(SIPLinkFailure) -> SIPResponse {
        let size = ((try? request.bytes)?.count ?? 0) + Self.largestVia
        let transport = server.transport.carrying(bytes: size)
        guard transport != server.transport, !withoutStreams.contains(server) else {
            return try await link(to: server).exchange(request, patience: patience)
        }
        do throws(SIPLinkFailure) {
            return try await link(to: server.over(transport)).exchange(request, patience: patience / 2)
        } catch {
            switch error {
            case .connection(.notReached), .connection(.timeLimit): withoutStreams.insert(server)
            default: throw error
            }
            return try await link(to: server).exchange(request, patience: patience / 2)
        }
    }

    private func link(to server: SIPServer) async throws(SIPLinkFailure) -> SIPLink {
        if let link = links[server] { return link }
        if links.count >= Self.mostLinks {
            let spare = links.filter { place?.servers.inOrder.contains($0.key) != true }
            for (server, link) in spare {
                links[server] = nil
                await link.close()
            }
        }
        let security: StreamSecurity
        do throws(ConnectionFailure) {
            security = server.transport == .tls ? .tls(try trusted()) : .none
        } catch {
            throw .connection(error)
        }
        // Somebody else may have made it meanwhile.
        if let link = links[server] { return link }
        let link = SIPLink(server, security: security, scheduler: scheduler, onLoss: onLoss)
        links[server] = link
        return link
    }

    private func trusted() throws(ConnectionFailure) -> TLSTrust {
        if let trust { return trust }
        let new = try TLSTrust(caFile: setting.caFile)
        trust = new
        return new
    }

    /// The file of authorities may be another by the next time.
    private func forgetTrust(in server: SIPServer) async {
        trust = nil
        await links.removeValue(forKey: server)?.close()
    }

    private func servers(for uri: SIPURI?) async throws(HookFailure) -> SIPServers {
        if let uri { return try await locate(uri) }
        if let place, place.until > scheduler.now { return place.servers }
        do throws(HookFailure) {
            let servers = try await locate(nil).goingOn(from: place?.servers)
            place = (servers, scheduler.now.addingTimeInterval(Self.placeKept))
            withoutStreams = []
            return servers
        } catch {
            // Servers do not go where they cannot be found just because a name server is away, and each request must not
            // wait for that again.
            guard let servers = place?.servers else { throw error }
            place?.until = scheduler.now.addingTimeInterval(Self.pauseOfNames)
            return servers
        }
    }
}
