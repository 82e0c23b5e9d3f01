import Availability
import Store
import TestSupport
import Testing

@testable import DaemonApp

@Suite("Refreshing groups")
struct GroupRefresherTests {
    let bench: GroupBench

    init() throws {
        bench = try GroupBench()
    }

    /// What the configuration says where it says nothing.
    private static let rhythm = 21_600.0

    private let outage = SourceFailure(
        Diagnosis(id: "tcp.unreachable", summary: "No way.", remedy: "Look."),
        retry: .later
    )

    @Test("at the start members are found, stored and applied; the next time is a rhythm away")
    func start() async throws {
        try bench.put("team", "ada Inner")
        try bench.put("Inner", "bob Team")
        try await bench.follow("team")
        #expect(try await bench.members("team") == "ada bob")
        #expect(try await bench.record("team")?.refreshedAt == GroupBench.start)
        #expect(bench.applications == 1)
        #expect(bench.directory.asked == ["team", "inner"])
        #expect(bench.nextRefresh == Self.rhythm)
    }

    @Test("without groups nothing is asked or planned")
    func none() async throws {
        try await bench.follow()
        #expect(bench.directory.asked == [])
        #expect(bench.nextRefresh == nil)
        #expect(bench.applications == 0)
    }

    @Test("what is found later is applied, what is as before is not")
    func rhythm() async throws {
        try bench.put("team", "ada bob")
        try await bench.follow("team")
        await bench.pass(Self.rhythm)
        #expect(bench.directory.asked.count == 2)
        #expect(bench.applications == 1)
        try bench.put("team", "bob cyd")
        await bench.pass(Self.rhythm)
        #expect(try await bench.members("team") == "bob cyd")
        #expect(bench.applications == 2)
    }

    @Test("a reload asks at once, and forgets groups that are gone")
    func reload() async throws {
        try bench.put("team", "ada")
        try bench.put("board", "bob")
        try await bench.follow("team")
        await bench.pass(60)
        try await bench.follow("board")
        #expect(bench.directory.asked == ["team", "board"])
        #expect(try await bench.database.groups().keys.map(\.text) == ["board@example.com"])
        #expect(bench.nextRefresh == Self.rhythm)
    }

    @Test("a server that does not answer takes nobody away, and is asked again sooner, ever more seldom")
    func outages() async throws {
        try bench.put("team", "ada bob")
        try await bench.follow("team")
        bench.directory.fail(outage)
        await bench.pass(Self.rhythm)
        #expect(try await bench.members("team") == "ada bob")
        #expect(try await bench.record("team")?.failure?.diagnosis.id == "tcp.unreachable")
        #expect(try await bench.record("team")?.refreshedAt == GroupBench.start)
        for distance in [60.0, 120, 240, 480, 960, 1_920, 3_600, 3_600] {
            let next = try #require(bench.nextRefresh)
            #expect(distance...distance * 1.25 ~= next)
            await bench.pass(next)
        }
        #expect(bench.applications == 1)

        bench.directory.fail(nil)
        try bench.put("team", "ada")
        await bench.pass(try #require(bench.nextRefresh))
        #expect(try await bench.members("team") == "ada")
        #expect(try await bench.record("team")?.failure == nil)
        #expect(bench.applications == 2)
        #expect(bench.nextRefresh == Self.rhythm)
    }

    @Test("a refused password is tried again too: the connector itself keeps it from being sent")
    func refusal() async throws {
        bench.directory.fail(SourceFailure(outage.diagnosis, retry: .never))
        try await bench.follow("team")
        #expect(60...75 ~= bench.nextRefresh ?? 0)
    }

    @Test("a server that asks for a pause gets it, but no longer than the rhythm")
    func pause() async throws {
        bench.directory.fail(SourceFailure(outage.diagnosis, retry: .after(333)))
        try await bench.follow("team")
        #expect(bench.nextRefresh == 333)
        bench.directory.fail(SourceFailure(outage.diagnosis, retry: .after(80_000)))
        await bench.pass(333)
        #expect(bench.nextRefresh == Self.rhythm)
    }

    @Test("a connector that fails is asked once in a round, whatever groups it has")
    func oneQuestion() async throws {
        bench.directory.fail(outage)
        try await bench.follow("one", "two", "three")
        #expect(bench.directory.asked == ["one"])
        for group in ["one", "two", "three"] {
            #expect(try await bench.record(group)?.failure?.diagnosis.id == "tcp.unreachable")
        }
    }

    @Test("trouble with one request is no reason not to ask about the next group")
    func troubleOfRequest() async throws {
        bench.directory.fail(SourceFailure(outage.diagnosis, retry: .later, isOfRequest: true))
        try await bench.follow("one", "two")
        #expect(bench.directory.asked == ["one", "two"])
    }

    @Test("a nested group that fails takes nobody away")
    func failingPart() async throws {
        try bench.put("team", "ada Inner")
        try bench.put("Inner", "bob")
        try await bench.follow("team")
        let failure = DirectoryFailure(Diagnosis(id: "group.no-access", summary: "No.", remedy: "Ask."), retry: .later)
        bench.directory.put(.failure(failure), for: try GroupBench.address("inner"))
        try bench.put("team", "cyd Inner")
        await bench.pass(Self.rhythm)
        #expect(try await bench.members("team") == "ada bob cyd")
        #expect(try await bench.record("team")?.failure?.diagnosis.id == "group.no-access")
        #expect(bench.applications == 2)
    }

    @Test("a group of a connector that does not run is left as it is")
    func idleConnector() async throws {
        try await bench.follow("team", connector: "idle")
        #expect(bench.directory.asked == [])
        #expect(try await bench.database.groups() == [:])
        #expect(bench.nextRefresh == Self.rhythm)
    }

    @Test("what could not be applied is applied at the next attempt, though nothing new was found")
    func owedChange() async throws {
        bench.failApplying(1)
        try bench.put("team", "ada")
        try await bench.follow("team")
        #expect(bench.applications == 0)
        await bench.pass(try #require(bench.nextRefresh.flatMap { $0 < 100 ? $0 : nil }))
        #expect(bench.applications == 1)
        await bench.pass(Self.rhythm)
        #expect(bench.applications == 1)
    }

    @Test("once stopped nothing more is asked")
    func stopping() async throws {
        try bench.put("team", "ada")
        try await bench.follow("team")
        await bench.refresher.stop()
        await bench.pass(7 * 86_400)
        #expect(bench.directory.asked == ["team"])
    }
}
