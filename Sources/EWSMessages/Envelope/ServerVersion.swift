/// The build of the server that answered, from the header `ServerVersionInfo`
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/serverversioninfo>).
///
/// Builds are compared as integers: 14.3.181.6 is written `14.03.0181.0006`. The attribute `Version` of the element is
/// left aside, since it names a schema and not a build.
package struct ServerVersion: Hashable, Sendable {
    package var major: Int
    package var minor: Int
    package var build: Int
    package var revision: Int

    package init(_ major: Int, _ minor: Int, _ build: Int = 0, _ revision: Int = 0) {
        self.major = major
        self.minor = minor
        self.build = build
        self.revision = revision
    }

    /// Reads `14.03.0181.0006` and `15.2.2562.17` alike; two to four numbers.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap(Self.number)
        guard 2...4 ~= parts.count, numbers.count == parts.count else { return nil }
        self.init(numbers[0], numbers[1], numbers.count > 2 ? numbers[2] : 0, numbers.count > 3 ? numbers[3] : 0)
    }

    /// Attributes may be missing; without a major version nothing is known, anything else counts as 0.
    init?(_ attributes: ElementAttributes) {
        guard let major = attributes["MajorVersion"].flatMap(Self.number) else { return nil }
        self.init(
            major,
            attributes["MinorVersion"].flatMap(Self.number) ?? 0,
            attributes["MajorBuildNumber"].flatMap(Self.number) ?? 0,
            attributes["MinorBuildNumber"].flatMap(Self.number) ?? 0
        )
    }

    /// A whole number of at most nine digits and no sign.
    private static func number(_ text: some StringProtocol) -> Int? {
        1...9 ~= text.utf8.count && text.utf8.allSatisfy { 0x30...0x39 ~= $0 } ? Int(text) : nil
    }
}

extension ServerVersion: Comparable {
    package static func < (left: ServerVersion, right: ServerVersion) -> Bool {
        (left.major, left.minor, left.build, left.revision) < (right.major, right.minor, right.build, right.revision)
    }
}

extension ServerVersion: CustomStringConvertible {
    /// As administrators know it: `15.02.2562.0017`.
    package var description: String {
        "\(Self.padded(major, 2)).\(Self.padded(minor, 2)).\(Self.padded(build, 4)).\(Self.padded(revision, 4))"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
