import HTTPTransport

/// The cookie with which a load balancer leads the requests of a group to the same back end
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/how-to-maintain-affinity-between-group-of-subscriptions-and-mailbox-server>).
struct AffinityCookie: Hashable, Sendable {
    private static let name = "X-BackEndOverrideCookie"
    /// Those of Exchange have about 60 bytes.
    private static let longest = 1_024

    let value: String

    /// `nil` where this cannot be the value of a cookie: it goes into a header and into the database.
    init?(value: String) {
        guard 1...Self.longest ~= value.utf8.count, value.utf8.allSatisfy({ 0x21...0x7E ~= $0 && $0 != 0x3B }) else {
            return nil
        }
        self.value = value
    }

    /// What the answer to a request sets; attributes such as `path` and `secure` are not looked at, since there is only
    /// one place that it is ever sent to.
    init?(setBy headers: HTTPHeaders) {
        let prefix = "\(Self.name)="
        let values = headers.values(of: "Set-Cookie").compactMap { field -> AffinityCookie? in
            let pair = field.prefix { $0 != ";" }.drop { $0 == " " }
            guard pair.hasPrefix(prefix) else { return nil }
            return AffinityCookie(value: String(pair.dropFirst(prefix.count)))
        }
        guard let cookie = values.first else { return nil }
        self = cookie
    }

    /// As it is sent back.
    var text: String { "\(Self.name)=\(value)" }
}
