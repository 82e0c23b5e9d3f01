import Availability
import Foundation
import Store
import TestSupport
import Testing

@testable import DaemonApp

@Suite("Finding mailboxes")
struct MailboxFinderTests {
    let bench: FinderBench

    init() throws {
        bench = try FinderBench()
    }

    private let outage = SourceFailure(
        Diagnosis(id: "tcp.unreachable", summary: "No way.", remedy: "Look."),
        retry: .later
    )

    @Test("a mailbox that another connector has is moved there, once, and that is stored")
    func moving() async throws {
        let ada = try bench.user("ada")
        bench.cloud.take(ada)
        await bench.miss(ada)
        await bench.miss(ada)
        #expect(bench.cloud.asked == [])
        await bench.pass(1)
        #expect(bench.cloud.asked == ["ada"])
        #expect(bench.hq.asked == [])
        #expect(bench.connector(of: ada) == "cloud")
        #expect(bench.applications == 1)
        let search = try #require(try await bench.database.search(for: ada))
        #expect(search.move == MailboxMove(from: "hq", at: FinderBench.start + 1, absence: "mailbox.not-found"))
        #expect(bench.nextRound == nil)
    }

    @Test("a mailbox that nobody has stays, and is looked for ever more seldom")
    func nowhere() async throws {
        let ada = try bench.user("ada")
        for hours in [0.0, 1, 2, 4, 8, 16, 24, 24] {
            // Just before its time it is missed in vain.
            await bench.pass(max(0, hours * 3_600 - 10))
            await bench.miss(ada)
            await bench.pass(1)
            if hours > 0 {
                await bench.pass(10)
                await bench.miss(ada)
                await bench.pass(1)
            }
        }
        #expect(bench.cloud.asked.count == 8)
        #expect(bench.connector(of: ada) == "hq")
        #expect(bench.applications == 0)
        #expect(
            try await bench.database.search(for: ada)?.refusals == [
                "hq": "mailbox.not-found", "cloud": "mailbox.not-found",
            ]
        )
    }

    @Test("whoever wants it looked for now gets that, once")
    func urgency() async throws {
        let ada = try bench.user("ada")
        let ben = try bench.user("ben")
        await bench.miss(ada)
        await bench.pass(1)
        await bench.finder.allow([ada, ben])
        await bench.miss(ada)
        await bench.pass(1)
        #expect(bench.cloud.asked == ["ada", "ada"])
        await bench.miss(ada)
        await bench.pass(1)
        #expect(bench.cloud.asked == ["ada", "ada"])
        await bench.finder.allow(nil)
        await bench.miss(ada)
        await bench.pass(1)
        #expect(bench.cloud.asked.count == 3)
    }

    @Test("back and forth takes longer each time")
    func pingPong() async throws {
        let ada = try bench.user("ada")
        bench.cloud.take(ada)
        bench.hq.take(ada)
        // Each says that it can read the mailbox, and then does not.
        var moves = 0
        var last = bench.connector(of: ada)
        for _ in 0..<(3 * 24 * 4) {
            await bench.miss(ada)
            await bench.pass(900)
            if bench.connector(of: ada) != last { moves += 1 }
            last = bench.connector(of: ada)
        }
        // At once, and after 1, 2, 4, 8, 16 and 24 hours; the next is a day away: of 72 hours 31 and 24 are over.
        #expect(moves == 7)
    }

    @Test("who is told of only in part is not moved there")
    func proxied() async throws {
        let ada = try bench.user("ada")
        bench.cloud.proxy(ada)
        await bench.miss(ada)
        await bench.pass(1)
        #expect(bench.connector(of: ada) == "hq")
    }

    @Test("a connector that does not answer is asked once in a round; whom it serves now stays there")
    func outages() async throws {
        let ada = try bench.user("ada")
        let ben = try bench.user("ben")
        bench.cloud.fail(outage)
        await bench.miss(ada)
        await bench.miss(ben)
        await bench.pass(1)
        #expect(bench.cloud.asked == ["ada"])
        #expect(try await bench.database.search(for: ben)?.refusals == ["hq": "mailbox.not-found"])

        bench.cloud.fail(nil)
        bench.cloud.take(ada)
        await bench.pass(3_600)
        await bench.miss(ada)
        await bench.pass(1)
        bench.cloud.lose(ada)
        bench.hq.fail(outage)
        await bench.pass(7_200)
        await bench.miss(ada)
        await bench.pass(1)
        #expect(bench.connector(of: ada) == "cloud")
        bench.hq.fail(nil)
        await bench.pass(4 * 3_600)
        await bench.miss(ada)
        await bench.pass(1)
        #expect(bench.connector(of: ada) == "hq")
        #expect(try await bench.database.search(for: ada)?.move == nil)
    }

    @Test("what a connector says of somebody it does not serve any more is not heard")
    func late() async throws {
        let ada = try bench.user("ada")
        await bench.miss(ada, at: "cloud")
        await bench.pass(1)
        #expect(bench.hq.asked == [] && bench.cloud.asked == [])
    }

    @Test("many are looked for in rounds with pauses between")
    func rounds() async throws {
        for number in 1...120 { await bench.miss(try bench.user("user\(number)")) }
        await bench.pass(1)
        #expect(bench.cloud.asked.count == 50)
        #expect(bench.nextRound == 10)
        await bench.pass(10)
        #expect(bench.cloud.asked.count == 100)
        await bench.pass(10)
        #expect(bench.cloud.asked.count == 120)
        #expect(bench.nextRound == nil)
    }

    @Test("what could not be applied is applied later, though nothing new was found")
    func owedChange() async throws {
        let ada = try bench.user("ada")
        bench.cloud.take(ada)
        bench.failApplying(1)
        await bench.miss(ada)
        await bench.pass(1)
        #expect(bench.connector(of: ada) == "hq")
        #expect(bench.nextRound == 60)
        await bench.pass(60)
        #expect(bench.connector(of: ada) == "cloud")
        #expect(bench.nextRound == nil)
    }

    @Test("once stopped nothing more is asked")
    func stopping() async throws {
        let ada = try bench.user("ada")
        await bench.miss(ada)
        await bench.finder.stop()
        await bench.miss(try bench.user("ben"))
        await bench.pass(86_400)
        #expect(bench.cloud.asked == [])
    }
}
