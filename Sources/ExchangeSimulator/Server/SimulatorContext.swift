import Hummingbird
import NIOCore

/// What handlers know of a request's connection.
struct SimulatorContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Whether the client is on this machine.
    var isLoopback: Bool {
        guard let address = channel.remoteAddress?.ipAddress else { return false }
        return address.hasPrefix("127.") || address == "::1" || address.hasPrefix("::ffff:127.")
    }

    /// The mailbox that the path names, as mailboxes are kept: in lower case.
    var address: String { (parameters.get("address") ?? "").lowercased() }

    /// Ends the connection at once, without an answer.
    func hangUp() async {
        try? await channel.close()
    }

    /// Runs `body`, and `onGone` when the client closes its side meanwhile.
    func watchingClient<Value>(
        onGone: @escaping @Sendable () -> Void,
        _ body: () async throws -> Value
    ) async throws -> Value {
        let watch = InputCloseWatch(onClosed: onGone)
        // In front of all others, which may keep such events to themselves.
        try await channel.pipeline.addHandler(watch, position: .first).get()
        defer { channel.pipeline.removeHandler(watch, promise: nil) }
        // It may have closed before anybody watched.
        if !channel.isActive { onGone() }
        return try await body()
    }
}
