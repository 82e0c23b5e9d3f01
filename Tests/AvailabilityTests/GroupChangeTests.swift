import Availability
import Testing

@Suite("What an expansion changes")
struct GroupChangeTests {
    private static func address(_ name: some StringProtocol) throws -> MailboxAddress {
        try #require(MailboxAddress("\(name)@example.com"))
    }

    /// `a b=Ben`: two members, one with a name.
    private static func members(_ text: String) throws -> [DirectoryMember] {
        try text.split(separator: " ").map { word in
            let parts = word.split(separator: "=")
            return DirectoryMember(try address(parts[0]), displayName: parts.count > 1 ? String(parts[1]) : nil)
        }
    }

    private static func text(_ members: [DirectoryMember]) -> String {
        members.map { member in
            "\(member.address.text.prefix { $0 != "@" })\(member.displayName.map { "=\($0)" } ?? "")"
        }.joined(separator: " ")
    }

    private static func text(_ addresses: [MailboxAddress]) -> String { text(addresses.map { DirectoryMember($0) }) }

    private static func change(
        from former: String,
        told: String,
        isComplete: Bool,
        limit: Int = 100
    ) throws -> GroupChange {
        var expansion = GroupExpansion(of: try address("team"))
        let failure = DirectoryFailure(Diagnosis(id: "group.incomplete", summary: "", remedy: ""), retry: .later)
        // A contact keeps the group from being an empty one.
        let entries = try [.other] + members(told).map { DirectoryEntry.mailbox($0) }
        expansion.take(.success(DirectoryReading(entries, failure: isComplete ? nil : failure)))
        #expect(expansion.isComplete == isComplete)
        return GroupChange(from: try members(former), by: expansion, limit: limit)
    }

    @Test(
        "on a complete answer people come and go, on an incomplete one nobody goes",
        arguments: [
            // Known, told, complete: known then, came, went, whether anything changed.
            ("", "b a", true, "a b", "a b", "", true),
            ("a b", "b a", true, "a b", "", "", false),
            ("a b", "b c", true, "b c", "c", "a", true),
            ("a b", "", true, "", "", "a b", true),
            ("a b", "b", false, "a b", "", "", false),
            ("b a", "c", false, "a b c", "c", "", true),
            ("a b", "", false, "a b", "", "", false),
            ("", "", false, "", "", "", false),
            // A name is news, though nobody comes or goes; an incomplete answer tells names too.
            ("a", "a=Ada", true, "a=Ada", "", "", true),
            ("a=Ada", "a", true, "a", "", "", true),
            ("a=Ada b=Ben", "a=Eve", false, "a=Eve b=Ben", "", "", true),
        ]
    )
    func changes(
        former: String,
        told: String,
        isComplete: Bool,
        known: String,
        came: String,
        went: String,
        isChange: Bool
    ) throws {
        let change = try Self.change(from: former, told: told, isComplete: isComplete)
        #expect(Self.text(change.members) == known)
        #expect(Self.text(change.came) == came)
        #expect(Self.text(change.went) == went)
        #expect(change.isChange == isChange)
    }

    @Test("who is told now goes before who was known, where there is no room for all")
    func limit() throws {
        let change = try Self.change(from: "a b c", told: "x y", isComplete: false, limit: 3)
        #expect(Self.text(change.members) == "a x y")
        #expect(Self.text(change.went) == "b c")
    }
}
