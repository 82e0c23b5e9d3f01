/// How long each part of a transfer may take, and how much may come. Durations are seconds, exact to a millisecond.
package struct TransferLimits: Hashable, Sendable {
    /// From the start until the request can be sent: name lookup, TCP and TLS together.
    package var connect: Double
    /// From then until the first byte of the answer, the sending of the request included; `nil` for no limit.
    package var firstByte: Double?
    /// From the end of the header until the first byte of the body: a proxy that keeps a stream back lets the header pass
    /// at once and then nothing. `nil` where `stall` says enough.
    package var firstBodyByte: Double?
    /// Without a single byte once the answer began. The time a slow reader holds a stream up does not count; `nil` for
    /// no limit.
    package var stall: Double?
    /// From the start to the last byte. Waiting for a place among the transfers under way does not count; `nil` for no
    /// limit, as a stream needs it.
    package var whole: Double?
    /// Bytes of the body, counted after decompression. Streams do not keep their body and heed no such limit.
    package var bodyBytes: Int

    package init(
        connect: Double = 15,
        firstByte: Double? = 60,
        firstBodyByte: Double? = nil,
        stall: Double? = 30,
        whole: Double? = 120,
        bodyBytes: Int = 32 << 20
    ) {
        self.connect = connect
        self.firstByte = firstByte
        self.firstBodyByte = firstBodyByte
        self.stall = stall
        self.whole = whole
        self.bodyBytes = bodyBytes
    }
}
