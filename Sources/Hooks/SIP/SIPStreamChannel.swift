/// SIP over TCP or TLS: one connection to one server.
final class SIPStreamChannel: SIPChannel {
    /// Answers come back on the connection, whatever stands here, and a name that is nobody's gives away nothing
    /// (RFC 6761, 6.4).
    let sentBy: (host: String, port: UInt16?) = ("freebusyd.invalid", nil)

    private let connection: StreamConnection

    /// - Parameter tell: is called in order, not always on the same thread.
    init(_ connection: StreamConnection, tell: @escaping @Sendable (SIPChannelEvent) -> Void) {
        self.connection = connection
        Task {
            do throws(ConnectionFailure) {
                while true { tell(.piece(try await connection.read())) }
            } catch {
                tell(.ended(error))
            }
        }
    }

    func send(_ message: [UInt8]) { connection.write(message) }

    func close() { connection.close() }
}
