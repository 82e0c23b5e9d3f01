import HTTPTypes

/// The servers behind the one address, and which of them a request reaches. They share the mailboxes; a subscription
/// lives on the one that created it.
/// https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-maintain-affinity-between-group-of-subscriptions-and-mailbox-server
struct BackEnds: Sendable {
    /// At least 1.
    var count = 1

    /// Says by the cookie it was given, by the mailbox it anchors at, else by whom it acts as.
    func choose(for affinity: Affinity, actor: String) -> Int {
        if let backEnd = affinity.cookie.flatMap(Self.number), (1...count).contains(backEnd) { return backEnd }
        return home(of: affinity.anchor ?? actor)
    }

    /// Where a mailbox lives: the same at every start.
    func home(of mailbox: String) -> Int {
        // FNV-1a, because Swift's hashes differ at every start.
        let hash = mailbox.lowercased().utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        return Int(hash % UInt32(count)) + 1
    }

    /// The value of the cookie that leads back to a back end.
    static func cookie(for backEnd: Int) -> String { "backend\(backEnd).simulator~1941996295" }

    private static func number(cookie: String) -> Int? {
        guard cookie.hasPrefix("backend"), let dot = cookie.firstIndex(of: ".") else { return nil }
        return Int(cookie[..<dot].dropFirst("backend".count))
    }
}

/// What a request says about where it wants to go.
struct Affinity: Sendable {
    static let cookieName = "X-BackEndOverrideCookie"

    /// X-AnchorMailbox.
    var anchor: String?
    /// X-BackEndOverrideCookie.
    var cookie: String?
    /// X-PreferServerAffinity: asks for the cookie.
    var prefersServer = false

    init(anchor: String? = nil, cookie: String? = nil) {
        self.anchor = anchor
        self.cookie = cookie
    }

    init(_ headers: HTTPFields) {
        anchor = Self.value("X-AnchorMailbox", headers)
        prefersServer = Self.value("X-PreferServerAffinity", headers)?.lowercased() == "true"
        let prefix = "\(Self.cookieName)="
        let fields = headers[values: .cookie].joined(separator: ";").split(separator: ";")
        let cookies = fields.map { $0.drop { $0 == " " } }
        cookie = cookies.first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }

    private static func value(_ name: String, _ headers: HTTPFields) -> String? {
        HTTPField.Name(name).flatMap { headers[$0] }
    }
}
