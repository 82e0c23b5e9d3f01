/// The key `server` of a telephone system that is not found by a URL: a host, or a host and a port.
struct HostAddress: Hashable {
    /// A name as DNS has it, or an IP address; version 6 without brackets.
    let host: String
    /// `nil` where none is given.
    let port: UInt16?

    /// - Parameter model: what a message gives as a model. No message repeats a text with an `@`.
    init(_ text: String, model: String) throws(Objection) {
        let model = "write it as in \(model)"
        guard !text.contains("@") else {
            throw WebAddress.malformed("user name and password belong in their own keys", model: model)
        }
        guard !text.contains(where: { "/?#".contains($0) }) else {
            throw WebAddress.malformed("\"\(text)\" is more than a host and a port", model: model)
        }
        let address = try WebAddress(text, model: model)
        host = address.host.hasPrefix("[") ? String(address.host.dropFirst().dropLast()) : address.host
        port = UInt16(address.port.dropFirst())
    }

    /// Whether it is this machine whatever any network says.
    var isLoopback: Bool {
        host == "localhost" || host == "::1" || HostText.isIPv4(host) && host.hasPrefix("127.")
    }
}
