/// The product that a build belongs to
/// (<https://learn.microsoft.com/en-us/exchange/new-features/build-numbers-and-release-dates>).
package struct ServerProduct: Hashable, Sendable {
    /// Such as `Exchange Server 2010 SP3`.
    package let name: String
    /// Whether the product speaks EWS as we need it: Exchange 2007 SP1 and later.
    package let isSupported: Bool

    /// The product of `version`. A build beyond those known here is named after the line it is in.
    package init(of version: ServerVersion) {
        let line = Self.lines.last { $0.first <= version && $0.first.major == version.major }
        name = line?.name ?? "Exchange \(version.major).\(version.minor)"
        isSupported = version >= ServerVersion(8, 1)
    }

    /// The first build of each product, ascending.
    private static let lines: [(first: ServerVersion, name: String)] = [
        (ServerVersion(6, 5), "Exchange Server 2003"),
        (ServerVersion(8, 0), "Exchange Server 2007"),
        (ServerVersion(8, 1), "Exchange Server 2007 SP1"),
        (ServerVersion(8, 2), "Exchange Server 2007 SP2"),
        (ServerVersion(8, 3), "Exchange Server 2007 SP3"),
        (ServerVersion(14, 0), "Exchange Server 2010"),
        (ServerVersion(14, 1), "Exchange Server 2010 SP1"),
        (ServerVersion(14, 2), "Exchange Server 2010 SP2"),
        (ServerVersion(14, 3), "Exchange Server 2010 SP3"),
        (ServerVersion(15, 0), "Exchange Server 2013"),
        (ServerVersion(15, 0, 847), "Exchange Server 2013 SP1"),
        (ServerVersion(15, 1), "Exchange Server 2016"),
        (ServerVersion(15, 2), "Exchange Server 2019"),
        (ServerVersion(15, 2, 2_562), "Exchange Server SE"),
        (ServerVersion(15, 20), "Exchange Online"),
    ]
}
