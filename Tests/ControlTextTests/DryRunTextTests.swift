import ControlAPI
import ControlText
import Testing

@Suite("check-config --dry-run, for a person")
struct DryRunTextTests {
    private let change = RuleChange(
        address: "alice@example.com",
        phoneExtension: "201",
        presence: "available",
        newPresence: "meeting",
        newReason: "appointment",
        cause: "tentative 09:00–10:00"
    )

    @Test("says who would change, how many of how many, and who would come and go")
    func changes() {
        let report = DryRunReport(
            compared: 12,
            changes: [change],
            added: ["bob@example.com"],
            removed: (1...6).map { "user\($0)@example.com" }
        )
        #expect(
            DryRunText(report).lines == [
                "USER               EXT  NOW        THEN     WHY",
                "alice@example.com  201  available  meeting  tentative 09:00–10:00",
                "",
                "The rules would change the presence of 1 of 12 users now.",
                "1 user would come: bob@example.com",
                "6 users would no longer be read: user1@example.com, user2@example.com,",
                "  user3@example.com, user4@example.com, user5@example.com, …",
            ]
        )
    }

    @Test("says that nothing would change")
    func nothing() {
        let report = DryRunReport(compared: 1, changes: [], added: [], removed: [])
        #expect(DryRunText(report).lines == ["The rules would change nobody's presence now (1 user compared)."])
    }

    @Test("fits 80 columns, and users stay apart")
    func width() {
        var long = change
        long.address = "user0001@" + String(repeating: "department.", count: 8) + "example.com"
        long.phoneExtension = String(repeating: "12345", count: 4)
        long.cause = String(repeating: "out of office 09:00–10:00, ", count: 5)
        let lines = DryRunText(DryRunReport(compared: 1, changes: [long], added: [], removed: [])).lines
        #expect(lines.allSatisfy { $0.count <= 80 })
        #expect(lines[1].hasPrefix("user0001@"))
    }
}
