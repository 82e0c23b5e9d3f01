/// The bounds of a client: nothing in it grows past these.
package struct HTTPClientOptions: Hashable, Sendable {
    /// Requests under way at once.
    package var requestLimit: Int
    /// Requests under way at once to the same host and port, or the same Unix socket.
    package var requestLimitPerHost: Int
    /// Requests that may wait for a place; one more fails with ``HTTPError/tooManyUnderWay``.
    package var waitingLimit: Int
    /// Streams open at once, counted apart from requests since they stay; one more fails in the same way.
    package var streamLimit: Int
    /// Connections kept open for a next request.
    package var idleConnectionLimit: Int
    /// Bytes of a stream that may lie unread before its transfer is held up.
    package var streamBufferBytes: Int
    /// Bytes of the header of an answer, status line and all.
    package var headerBytes: Int

    package init(
        requestLimit: Int = 64,
        requestLimitPerHost: Int = 16,
        waitingLimit: Int = 1024,
        streamLimit: Int = 256,
        idleConnectionLimit: Int = 32,
        streamBufferBytes: Int = 64 << 10,
        headerBytes: Int = 64 << 10
    ) {
        self.requestLimit = requestLimit
        self.requestLimitPerHost = requestLimitPerHost
        self.waitingLimit = waitingLimit
        self.streamLimit = streamLimit
        self.idleConnectionLimit = idleConnectionLimit
        self.streamBufferBytes = streamBufferBytes
        self.headerBytes = headerBytes
    }
}
