/// The hosts that a login may be shown to, and no others, however they were come upon: those of the mail domain, those of
/// the domains that the administrator listed, and those that he named.
struct TrustedHosts: Hashable, Sendable {
    /// The mail domain first, where it counts; lower case.
    let domains: [String]
    private let hosts: Set<String>

    /// - Parameters:
    ///   - mailDomain: what stands behind the `@` of the account's address; `nil` where its hosts are no more to be trusted
    ///     than others.
    ///   - domains: of `autodiscover_domains`; hosts below them count as well.
    ///   - hosts: named in full elsewhere, such as the one that a token is for.
    init(mailDomain: String?, domains: [String] = [], hosts: [String] = []) {
        self.domains = ([mailDomain].compactMap(\.self) + domains).map(Self.normal).filter { !$0.isEmpty }
        self.hosts = Set(hosts.map(Self.normal))
    }

    /// - Parameter host: as in a URL; an IP address belongs to no domain.
    func contain(_ host: String) -> Bool {
        let host = Self.normal(host)
        return !host.isEmpty && (hosts.contains(host) || domains.contains { host == $0 || host.hasSuffix(".\($0)") })
    }

    /// A dot at the end says that the name is whole, and nothing else.
    private static func normal(_ name: String) -> String {
        let name = name.lowercased()
        return name.hasSuffix(".") ? String(name.dropLast()) : name
    }
}
