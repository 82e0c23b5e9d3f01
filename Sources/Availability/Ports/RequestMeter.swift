/// Who counts what servers are asked. Called from any thread, with every request; must not block.
package protocol RequestMeter: Sendable {
    /// A request has its answer, or gets none.
    ///
    /// - Parameters:
    ///   - operation: what was asked, by the protocol's own name; of a few.
    ///   - failure: of the request as a whole; a mailbox that failed among others is none. `nil` where there was an answer.
    ///   - duration: until the whole answer was there; `nil` for the opening of a channel, whose answer goes on and on.
    func ended(_ operation: String, of connector: String, failure: Diagnosis?, after duration: Duration?)

    /// A channel is open; `channelClosed` follows.
    func channelOpened(of connector: String)

    /// A channel is gone, whoever closed it.
    func channelClosed(of connector: String)
}
