import NameService
import SIPMessages

/// One server, at one address, over one transport.
struct SIPServer: Hashable, Sendable {
    /// For whom its certificate must be.
    var name: String
    var address: HostAddress
    var port: UInt16
    var transport: SIPTransport

    /// The same over another transport.
    func over(_ transport: SIPTransport) -> SIPServer {
        var server = self
        server.transport = transport
        return server
    }
}
