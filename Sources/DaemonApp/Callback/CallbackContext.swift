import Hummingbird
import NIOCore

/// What the handler of a callback knows of its connection.
struct CallbackContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Runs `body`, and closes the connection if that takes longer than `limit`.
    func closing<Value>(after limit: TimeAmount, _ body: () async throws -> Value) async rethrows -> Value {
        let end = channel.eventLoop.scheduleTask(in: limit) { [channel] in channel.close(promise: nil) }
        defer { end.cancel() }
        return try await body()
    }

    /// Closes the connection once the answer is out: what may still come of the request is not worth waiting for.
    func closeSoon() {
        channel.eventLoop.scheduleTask(in: .seconds(1)) { [channel] in channel.close(promise: nil) }
    }
}
