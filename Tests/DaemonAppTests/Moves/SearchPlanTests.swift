import Availability
import Foundation
import Store
import TestSupport
import Testing

@testable import DaemonApp

@Suite("Where a missing mailbox is looked for")
struct SearchPlanTests {
    private static let monday = time("2026-11-23T08:00:00Z")
    private static let hour: TimeInterval = 3_600

    private let ada: MailboxAddress

    init() throws {
        ada = try #require(MailboxAddress("ada@example.com"))
    }

    /// - Parameters:
    ///   - connector: through which the user is read, whose connector by the configuration is `hq`.
    ///   - searches: how often in a row the user was looked for, and how many hours ago the last time.
    private func plan(
        _ connector: String = "hq",
        running: [String] = ["hq", "cloud", "branch"],
        searches: (count: Int, hoursAgo: Double)? = nil
    ) -> SearchPlan {
        let search = searches.map { searches in
            MailboxSearch(
                address: ada,
                home: "hq",
                connector: connector == "hq" ? nil : connector,
                movedAt: connector == "hq" ? nil : Self.monday - 30 * 86_400,
                searches: searches.count,
                searchedAt: Self.monday - searches.hoursAgo * Self.hour
            )
        }
        return SearchPlan(
            homes: [ada: "hq"],
            connectorOf: [ada: connector],
            running: running,
            known: search.map { [ada: $0] } ?? [:],
            now: Self.monday
        )
    }

    private func absence(_ connector: String) -> MailboxAbsence {
        MailboxAbsence(
            mailbox: ada,
            connector: connector,
            diagnosis: Diagnosis(id: "mailbox.elsewhere", summary: "Elsewhere.", remedy: "Look.")
        )
    }

    private func asked(_ plan: SearchPlan, _ connector: String, isUrgent: Bool = false) -> [String]? {
        plan.question(absence(connector), isUrgent: isUrgent)?.connectors
    }

    @Test("the other connectors that run are asked, first the one of the configuration")
    func order() {
        #expect(asked(plan(), "hq") == ["cloud", "branch"])
        #expect(asked(plan("branch"), "branch") == ["hq", "cloud"])
        #expect(asked(plan(running: ["branch", "cloud", "hq"]), "hq") == ["branch", "cloud"])
        #expect(asked(plan("branch", running: ["branch", "cloud", "hq"]), "branch") == ["hq", "cloud"])
    }

    @Test("nobody is asked where there is no other, the user names his connector, or has another one by now")
    func nobody() {
        #expect(asked(plan(running: ["hq"]), "hq") == nil)
        #expect(asked(plan("cloud"), "hq") == nil)
        var settled = plan()
        settled.homes = [:]
        #expect(asked(settled, "hq") == nil)
    }

    @Test(
        "after each search in a row the next one is twice as far, from an hour to a day",
        arguments: [
            (1, 0.99, false), (1, 1, true), (2, 1.99, false), (2, 2, true), (3, 3.99, false), (4, 8, true),
            (5, 15.9, false), (5, 16, true), (6, 23.9, false), (6, 24, true), (60, 23.9, false), (60, 24, true),
            // The clock was set back.
            (1, -5, true),
        ] as [(Int, Double, Bool)]
    )
    func distances(count: Int, hoursAgo: Double, isAsked: Bool) {
        let plan = plan(searches: (count, hoursAgo))
        #expect((asked(plan, "hq") != nil) == isAsked)
        #expect(asked(plan, "hq", isUrgent: true) != nil)
    }

    @Test("searches are in a row until a week has passed without one")
    func row() throws {
        for (days, count) in [(6.9, 4), (7, 1)] {
            let plan = plan(searches: (3, days * 24))
            let question = try #require(plan.question(absence("hq"), isUrgent: false))
            #expect(plan.search(question, [:]).searches == count)
        }
        let first = plan()
        #expect(first.search(try #require(first.question(absence("hq"), isUrgent: false)), [:]).searches == 1)
    }

    @Test("what was remembered of another connector of the configuration does not count")
    func anotherHome() throws {
        var plan = plan(searches: (5, 0.1))
        plan.known[ada]?.home = "former"
        let question = try #require(plan.question(absence("hq"), isUrgent: false))
        #expect(plan.search(question, [:]).searches == 1)
    }

    @Test(
        "who can read the mailbox gets it; where nobody can it goes home, unless that was not heard",
        arguments: [
            ("hq", ["cloud": .reads], "cloud"),
            ("hq", ["cloud": .refuses("mailbox.not-found"), "branch": .reads], "branch"),
            ("hq", ["cloud": .silent, "branch": .reads], "branch"),
            ("hq", ["cloud": .refuses("calendar.no-access"), "branch": .refuses("mailbox.not-found")], nil),
            ("hq", ["cloud": .silent, "branch": .silent], nil),
            ("cloud", ["hq": .reads], nil),
            ("cloud", ["hq": .refuses("mailbox.not-found"), "branch": .reads], "branch"),
            ("cloud", ["hq": .refuses("mailbox.not-found"), "branch": .silent], nil),
            ("cloud", ["hq": .silent, "branch": .refuses("mailbox.not-found")], "cloud"),
            ("cloud", ["branch": .refuses("mailbox.not-found")], "cloud"),
        ] as [(String, [String: SearchPlan.Answer], String?)]
    )
    func places(connector: String, answers: [String: SearchPlan.Answer], place: String?) throws {
        let plan = plan(connector)
        let question = try #require(plan.question(absence(connector), isUrgent: false))
        let search = plan.search(question, answers)
        #expect(search.connector == place)
        #expect((search.movedAt == nil) == (place == nil))
        #expect(search.home == "hq")
        #expect(search.searchedAt == Self.monday)
    }

    @Test("who stays where he was moved to was moved when he was")
    func staying() throws {
        let plan = plan("cloud", searches: (1, 40 * 24))
        let question = try #require(plan.question(absence("cloud"), isUrgent: false))
        #expect(plan.search(question, ["hq": .silent]).movedAt == Self.monday - 30 * 86_400)
        #expect(plan.search(question, ["branch": .reads]).movedAt == Self.monday)
    }

    @Test("what each of them said is remembered, the first of all too")
    func refusals() throws {
        let plan = plan()
        let question = try #require(plan.question(absence("hq"), isUrgent: false))
        let search = plan.search(question, ["cloud": .refuses("calendar.no-access"), "branch": .silent])
        #expect(search.refusals == ["hq": "mailbox.elsewhere", "cloud": "calendar.no-access"])
    }

    @Test("the remedy names those that were asked in vain")
    func remedy() {
        let diagnosis = absence("hq").diagnosis
        #expect(diagnosis.naming(["hq": "mailbox.elsewhere"], besides: "hq") == diagnosis)
        let named = diagnosis.naming(
            ["hq": "mailbox.elsewhere", "cloud": "mailbox.not-found", "branch": "calendar.no-access"],
            besides: "hq"
        )
        #expect(
            named.remedy
                == "Look. Asked for it too, and cannot read it: branch (calendar.no-access), cloud (mailbox.not-found)."
        )
        #expect(flaws(in: named) == [])
    }
}
