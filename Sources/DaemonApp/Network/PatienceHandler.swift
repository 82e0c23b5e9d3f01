import Hummingbird
import NIOCore
import NIOHTTPTypes

/// Closes a connection whose other end keeps the server waiting: for the whole of a request, from the moment at which one
/// is awaited, or for room for the rest of an answer.
///
/// The time does not begin anew with each byte, so that nobody can hold a connection with a byte now and then.
final class PatienceHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How long a request may take to come in, and the other end to take something of an answer.
    static let limit = TimeAmount.seconds(30)

    private var exchange = ExchangeState()
    private var requestLimit: Scheduled<Void>?
    private var answerLimit: Scheduled<Void>?

    func handlerAdded(context: ChannelHandlerContext) { watch(context) }

    func handlerRemoved(context: ChannelHandlerContext) {
        requestLimit?.cancel()
        answerLimit?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: exchange.requestBegan()
        case .end: exchange.requestEnded()
        case .body: break
        }
        watch(context)
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            exchange.answerEnded()
            // The next request has its own time.
            requestLimit?.cancel()
            requestLimit = nil
            watch(context)
        }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        answerLimit?.cancel()
        answerLimit = context.channel.isWritable ? nil : closing(context)
        context.fireChannelWritabilityChanged()
    }

    private func watch(_ context: ChannelHandlerContext) {
        guard exchange.awaitsRequest else {
            requestLimit?.cancel()
            requestLimit = nil
            return
        }
        if requestLimit == nil { requestLimit = closing(context) }
    }

    private func closing(_ context: ChannelHandlerContext) -> Scheduled<Void> {
        context.eventLoop.scheduleTask(in: Self.limit) { [channel = context.channel] in channel.close(promise: nil) }
    }
}

/// Where a connection is in the exchange of requests and answers.
struct ExchangeState: Sendable {
    private var isReading = false
    /// Requests that began and whose answer did not end; several where a client sends the next one early.
    private var open = 0

    /// Whether it is the other end that must go on: with the request that it began, or with the next one.
    var awaitsRequest: Bool { isReading || open == 0 }

    mutating func requestBegan() {
        isReading = true
        open += 1
    }

    mutating func requestEnded() { isReading = false }

    mutating func answerEnded() { open = max(0, open - 1) }
}
