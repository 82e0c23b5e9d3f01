/// Reads the body of the HTTP response to GetStreamingEvents: one envelope after another, for as long as the connection
/// lasts, some with an XML declaration and some without. The bytes may come in pieces of any size
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/how-to-stream-notifications-about-mailbox-events-by-using-ews-in-exchange>).
///
/// Nothing is kept but the envelope that is being read. After an error the stream cannot be understood any more, and
/// every further call throws the same error.
package final class StreamingEventsReader {
    package typealias Reply = EWSReply<GetStreamingEventsResponse>

    private let limits: ParserLimits
    /// For the envelope that has begun; `nil` between two.
    private var decoder: EnvelopeDecoder<GetStreamingEventsResponse.Reader>?
    private var failure: EWSDecodingError?

    /// - Parameter limits: of each envelope.
    package init(limits: ParserLimits = .notifications) {
        self.limits = limits
    }

    /// Reads the next bytes and hands on each envelope as soon as it is complete, also where an error follows it. The place
    /// that an error tells is counted from the beginning of its envelope.
    package func feed(_ bytes: ArraySlice<UInt8>, _ take: (Reply) -> Void) throws(EWSDecodingError) {
        if let failure { throw failure }
        do {
            try read(bytes, take)
        } catch {
            failure = error
            decoder = nil
            throw error
        }
    }

    /// Says that the body ends here, which is an error within an envelope.
    package func finish() throws(EWSDecodingError) {
        if let failure { throw failure }
        if let decoder { throw decoder.incomplete }
    }

    /// The parser gets no more at once than up to a `>`, with which an envelope may end: so no piece holds the end of one
    /// envelope and the beginning of the next.
    private func read(_ bytes: ArraySlice<UInt8>, _ take: (Reply) -> Void) throws(EWSDecodingError) {
        var rest = bytes
        while true {
            // White space between two envelopes would spoil the XML declaration of the second.
            if decoder == nil { rest = rest.drop { [0x20, 0x0A, 0x0D, 0x09].contains($0) } }
            guard !rest.isEmpty else { return }
            let decoder = decoder ?? EnvelopeDecoder(limits: limits)
            self.decoder = decoder
            let end = rest.firstIndex(of: UInt8(ascii: ">")).map { $0 + 1 } ?? rest.endIndex
            try decoder.feed(rest[..<end])
            rest = rest[end...]
            guard decoder.isComplete else { continue }
            let reply = try decoder.finish()
            self.decoder = nil
            take(reply)
        }
    }
}
