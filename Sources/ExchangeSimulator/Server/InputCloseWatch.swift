import NIOCore

/// Notices that a client has gone away while an answer to it is still being written: the server keeps half-closed
/// connections, so that without this the next heartbeat would be the first to find out.
final class InputCloseWatch: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = NIOAny

    private let onClosed: @Sendable () -> Void

    /// - Parameter onClosed: may be called twice: for the input, then for the whole connection.
    init(onClosed: @escaping @Sendable () -> Void) {
        self.onClosed = onClosed
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { onClosed() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        onClosed()
        context.fireChannelInactive()
    }
}
