import Availability
import TestSupport
import Testing

@Suite("Expanding a group")
struct GroupExpansionTests {
    /// What a directory holds: groups have upper-case names, mailboxes lower-case ones, `?` is a contact; a group that is
    /// missing here cannot be read.
    typealias Directory = [String: String]

    static func address(_ name: String) throws -> MailboxAddress {
        try #require(MailboxAddress("\(name.first?.isUppercase == true ? "group-" : "")\(name)@example.com"))
    }

    static let refusal = DirectoryFailure(
        Diagnosis(id: "group.no-access", summary: "No.", remedy: "Ask."),
        retry: .later
    )

    static func reading(_ content: String) throws -> DirectoryReading {
        DirectoryReading(
            try content.split(separator: " ").map { word in
                let name = String(word)
                if name == "?" { return .other }
                let address = try address(name)
                return name.first?.isUppercase == true ? .group(address) : .mailbox(DirectoryMember(address))
            }
        )
    }

    /// Goes the whole way through a directory.
    /// - Returns: the way at its end, and the names of the groups asked about, in order.
    static func expand(
        _ directory: Directory,
        limits: GroupExpansion.Limits = .init()
    ) throws -> (expansion: GroupExpansion, asked: String) {
        let groups = Dictionary(uniqueKeysWithValues: try directory.map { (try address($0.key), ($0.key, $0.value)) })
        var expansion = GroupExpansion(of: try address("A"), limits: limits)
        var asked = ""
        while let next = expansion.next {
            try #require(asked.count < 1_000)
            guard let (name, content) = groups[next] else {
                asked += "!"
                expansion.take(.failure(refusal))
                continue
            }
            asked += name
            expansion.take(.success(try reading(content)))
        }
        return (expansion, asked)
    }

    static func names(_ expansion: GroupExpansion) -> String {
        expansion.members.map { String($0.address.text.prefix { $0 != "@" }) }.joined(separator: " ")
    }

    @Test(
        "everybody is found once, each group is asked once, breadth first",
        arguments: [
            // Directory, asked in this order, found in this order.
            (["A": "a b"], "A", "a b"),
            (["A": "a B b", "B": "c"], "AB", "a b c"),
            // Somebody in two groups, or twice in one.
            (["A": "a a B", "B": "a b"], "AB", "a b"),
            // A group that holds itself; two and three that hold each other.
            (["A": "A a"], "A", "a"),
            (["A": "a B", "B": "b A"], "AB", "a b"),
            (["A": "a B", "B": "b C", "C": "c A B C"], "ABC", "a b c"),
            // A diamond; a long chain beside a short one.
            (["A": "B C", "B": "D", "C": "D c", "D": "d"], "ABCD", "c d"),
            (["A": "B D", "B": "C b", "C": "D c", "D": "d"], "ABDC", "b d c"),
            // Nothing in a group that another holds.
            (["A": "a B", "B": ""], "AB", "a"),
        ] as [(Directory, String, String)]
    )
    func whole(directory: Directory, asked: String, found: String) throws {
        let (expansion, order) = try Self.expand(directory)
        #expect(order == asked)
        #expect(Self.names(expansion) == found)
        #expect(expansion.isComplete)
        #expect(expansion.failures == [])
    }

    @Test("what is neither mailbox nor group is counted and left out")
    func others() throws {
        let (expansion, _) = try Self.expand(["A": "? a B ?", "B": "?"])
        #expect(expansion.leftOut == 3)
        #expect(Self.names(expansion) == "a")
        #expect(expansion.isComplete)
        // A group of contacts alone is no empty one.
        #expect(try Self.expand(["A": "?"]).expansion.isComplete)
    }

    @Test("a group that cannot be read is told, and the rest is used")
    func failingPart() throws {
        let (expansion, asked) = try Self.expand(["A": "a B C", "C": "c"])
        #expect(asked == "A!C")
        #expect(Self.names(expansion) == "a c")
        #expect(expansion.failures == [Self.refusal])
        #expect(!expansion.isComplete)
    }

    @Test("of an incomplete answer what was told is used")
    func incompleteAnswer() throws {
        var expansion = GroupExpansion(of: try Self.address("A"))
        var reading = try Self.reading("a B")
        reading.failure = Self.refusal
        expansion.take(.success(reading))
        #expect(expansion.next == (try Self.address("B")))
        expansion.take(.success(try Self.reading("b")))
        #expect(Self.names(expansion) == "a b")
        #expect(!expansion.isComplete)
    }

    @Test("a server that fails as a whole is not asked about the rest")
    func givingUp() throws {
        var expansion = GroupExpansion(of: try Self.address("A"))
        expansion.take(.success(try Self.reading("a B C")))
        #expect(!expansion.isComplete)
        expansion.giveUp(SourceFailure(Self.refusal.diagnosis, retry: .after(7)))
        #expect(expansion.next == nil)
        #expect(Self.names(expansion) == "a")
        #expect(expansion.failures.map(\.retry) == [.after(7)])
        // At the end of the way there is nothing to give up.
        expansion.giveUp(SourceFailure(Self.refusal.diagnosis, retry: .later))
        #expect(expansion.failures.count == 1)
    }

    @Test("a group of the configuration that is said to be empty is not believed")
    func emptyRoot() throws {
        let (expansion, _) = try Self.expand(["A": ""])
        #expect(expansion.failures.map(\.diagnosis.id) == ["group.empty"])
        #expect(flaws(in: try #require(expansion.failures.first).diagnosis) == [])
    }

    @Test(
        "nothing is beyond the limits, and that is told once",
        arguments: [
            (GroupExpansion.Limits(members: 2), "a b", "ABCD", false),
            (GroupExpansion.Limits(members: 6), "a b c d e f", "ABCD", true),
            (GroupExpansion.Limits(groups: 2), "a b c", "AB", false),
            (GroupExpansion.Limits(groups: 4), "a b c d e f", "ABCD", true),
            (GroupExpansion.Limits(depth: 1), "a b", "A", false),
            (GroupExpansion.Limits(depth: 2), "a b c", "AB", false),
            (GroupExpansion.Limits(depth: 4), "a b c d e f", "ABCD", true),
        ]
    )
    func limits(limits: GroupExpansion.Limits, found: String, asked: String, isComplete: Bool) throws {
        let directory = ["A": "a b B", "B": "c C", "C": "d D D", "D": "e f A"]
        let (expansion, order) = try Self.expand(directory, limits: limits)
        #expect(Self.names(expansion) == found)
        #expect(order == asked)
        #expect(expansion.isComplete == isComplete)
        #expect(expansion.failures.map(\.diagnosis.id) == (isComplete ? [] : ["group.too-large"]))
        for failure in expansion.failures { #expect(flaws(in: failure.diagnosis) == []) }
    }

    @Test("in any directory, those are found who can be reached through groups that can be read", arguments: 1...300)
    func anyDirectory(seed: Int) throws {
        var random = SplitMix(seed: UInt64(seed))
        let names = "ABCDEFGHIJKL".prefix(Int.random(in: 1...12, using: &random)).map { String($0) }
        var directory: Directory = [:]
        for name in names where name == "A" || Int.random(in: 0..<5, using: &random) > 0 {
            let counts = (Int.random(in: 0...3, using: &random), Int.random(in: 0...3, using: &random))
            let groups = (0..<counts.0).compactMap { _ in names.randomElement(using: &random) }
            let people = (0..<counts.1).map { _ in "p\(Int.random(in: 0...9, using: &random))" }
            directory[name] = (groups + people + (name == "A" ? ["root"] : [])).shuffled(using: &random)
                .joined(separator: " ")
        }
        // By growing the set of groups until nothing is new, in no order at all.
        func content(_ name: String) -> [String] { directory[name]?.split(separator: " ").map(String.init) ?? [] }
        var reached: Set<String> = ["A"]
        while true {
            let wider = reached.union(reached.flatMap(content).filter { $0.first?.isUppercase == true })
            if wider == reached { break }
            reached = wider
        }
        let people = Set(reached.flatMap(content).filter { $0.first?.isUppercase == false })

        let (expansion, asked) = try Self.expand(directory)
        #expect(Set(Self.names(expansion).split(separator: " ").map(String.init)) == people)
        #expect(expansion.members.count == people.count)
        #expect(asked.filter { $0 != "!" }.sorted() == reached.filter { directory[$0] != nil }.joined().sorted())
        #expect(asked.count == reached.count)
        #expect(expansion.isComplete == reached.allSatisfy { directory[$0] != nil })
    }
}
