internal import Foundation

/// The keys `callback_url` and `callback_listen`: where Exchange calls, and where the daemon waits for that.
enum CallbackAddress {
    private static let model = "write a URL such as https://freebusyd.example.com:21020"

    /// The URL without a slash at its end. No message repeats a text with an `@`: it may hold a password.
    static func url(_ text: String) throws(Objection) -> String {
        guard !text.contains("@") else {
            throw WebAddress.malformed("Exchange sends no user name and password, leave them out", model: model)
        }
        let address = try WebAddress(text, model: model)
        guard let scheme = address.scheme else { throw WebAddress.malformed("\"\(text)\" is no URL", model: model) }
        var rest = "://" + address.host + address.port + address.path
        while rest.hasSuffix("/") { rest.removeLast() }
        if scheme == .http, !address.isLoopback {
            throw Objection(
                "http would show everybody on the way what Exchange tells; write https\(rest), "
                    + "http is for loopback only",
                diagnosis: "url.not-https"
            )
        }
        return scheme.rawValue + rest
    }

    /// An IP address and a port. Names are not taken: what they stand for may change.
    /// - Parameter model: what a message gives as a model.
    static func listen(
        _ text: String,
        model: String = "0.0.0.0:21020 or [::]:21020"
    ) throws(Objection) -> ListenAddress {
        guard let colon = text.lastIndex(of: ":"), let port = HostText.port(text[text.index(after: colon)...]),
            let host = address(String(text[..<colon]))
        else {
            throw Objection("\"\(text)\" is no address with a port; write it as in \(model)")
        }
        return ListenAddress(host: host, port: Int(port))
    }

    /// The one spelling of an IP address; version 6 stands in brackets.
    private static func address(_ text: String) -> String? {
        if HostText.isIPv4(text) { return text }
        guard text.hasPrefix("["), text.hasSuffix("]") else { return nil }
        var address = in6_addr()
        var spelling = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_pton(AF_INET6, String(text.dropFirst().dropLast()), &address) == 1,
            inet_ntop(AF_INET6, &address, &spelling, socklen_t(spelling.count)) != nil
        else { return nil }
        return String(decoding: spelling.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
