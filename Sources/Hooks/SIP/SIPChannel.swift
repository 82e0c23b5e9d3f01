/// The way to one SIP server, open: bytes go out, and come in as they came.
protocol SIPChannel: Sendable {
    /// Where answers are to come to, as the `Via` says it (RFC 3261, 18.1.1): a host or address, and a port where it
    /// matters.
    var sentBy: (host: String, port: UInt16?) { get }

    /// Sends a whole message; returns at once. What goes wrong is told as `ended`.
    func send(_ message: [UInt8])

    /// Ends it; returns at once.
    func close()
}

/// What comes from the other side, in order.
enum SIPChannelEvent: Sendable {
    /// What should be one whole message.
    case datagram([UInt8])
    /// A piece of a stream of messages.
    case piece([UInt8])
    /// Nothing more comes. May be told more than once.
    case ended(ConnectionFailure)
}
