import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import ServiceLifecycle

/// Looks after all push subscriptions for as long as the server runs.
struct PushService: Service {
    let notifications: Notifications
    /// Whose certificates clients may show; nil trusts the system's authorities.
    let authority: NIOSSLTrustRoots?

    func run() async throws {
        var tls = TLSConfiguration.makeClientConfiguration()
        if let authority { tls.trustRoots = authority }
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
        // When to try again is for the subscription to say.
        configuration.connectionPool.retryConnectionEstablishment = false
        try await HTTPClient.withHTTPClient(configuration: configuration) { client in
            let callback = HTTPCallback(client: client)
            await cancelWhenGracefulShutdown {
                await withDiscardingTaskGroup { group in
                    for await number in notifications.pushes {
                        group.addTask { await notifications.keepPushing(number, through: callback) }
                    }
                    group.cancelAll()
                }
            }
        }
    }
}

/// Reaches clients over HTTP and HTTPS.
private struct HTTPCallback: Callback {
    let client: HTTPClient

    /// No answer of a client is larger.
    private static let largestAnswer = 64 * 1024
    /// For all of it, from the connection to the last byte of the answer.
    private static let longest = Duration.seconds(10)

    func send(_ envelope: String, to url: String) async -> PushAnswer {
        // The library's own limit ends with the head of an answer, and a body could trickle on for ever.
        await withTaskGroup(of: PushAnswer.self) { group in
            group.addTask { await exchange(envelope, with: url) }
            group.addTask {
                try? await Task.sleep(for: Self.longest)
                return .failed
            }
            defer { group.cancelAll() }
            return await group.next() ?? .failed
        }
    }

    private func exchange(_ envelope: String, with url: String) async -> PushAnswer {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "text/xml; charset=utf-8")
        request.headers.add(name: "SOAPAction", value: "\"\(SendNotification.action)\"")
        request.body = .bytes(ByteBuffer(string: envelope))
        do {
            let response = try await client.execute(request, deadline: .distantFuture)
            guard response.status == .ok else { return .failed }
            return PushAnswer(Array(try await response.body.collect(upTo: Self.largestAnswer).readableBytesView))
        } catch {
            // Why does not matter: the server tries again.
            return .failed
        }
    }
}
