import Hummingbird
import ServiceLifecycle

/// The body of a GetStreamingEvents: pieces as they come, until the stream ends or the client goes away.
struct StreamBody: Sendable {
    let notifications: Notifications
    let wish: StreamWish
    let context: SimulatorContext

    var body: ResponseBody {
        ResponseBody { writer in
            let (connection, pieces) = await notifications.open(wish)
            let leave: @Sendable () -> Void = {
                if let connection { Task { await notifications.close(connection) } }
            }
            do {
                // A server that is told to stop does not wait for half an hour.
                try await withGracefulShutdownHandler {
                    try await context.watchingClient(onGone: leave) {
                        try await send(pieces, of: connection, to: &writer)
                    }
                } onGracefulShutdown: {
                    leave()
                }
            } catch {
                if let connection { await notifications.close(connection) }
                throw error
            }
            if let connection { await notifications.close(connection) }
            try await writer.finish(nil)
        }
    }

    private func send(
        _ pieces: AsyncStream<Notifications.Piece>,
        of connection: Int?,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let connection { group.addTask { await notifications.keepTime(of: connection) } }
            for await piece in pieces {
                switch piece {
                case .text(let text): try await writer.write(ByteBuffer(string: text))
                case .hangUp: await context.hangUp()
                }
            }
            group.cancelAll()
        }
    }
}
