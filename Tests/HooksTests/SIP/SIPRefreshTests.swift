import Availability
import Foundation
import SIPMessages
import TestSupport
import Testing

@testable import Hooks

@Suite("Publications that are kept alive", .timeLimit(.minutes(1)))
struct SIPRefreshTests {
    private func publication(_ number: Int, tag: String, expiresIn seconds: TimeInterval) throws -> Publication {
        let key = Publication.Key(
            hook: "phones",
            user: try mailbox("user\(number)"),
            presentity: "sip:\(number)@pbx.example.com"
        )
        return Publication(key: key, entityTag: tag, expiresAt: later(seconds), document: "<document \(number)/>")
    }

    @Test("a publication is refreshed in the second half of its life, without its document, and gets a new tag")
    func refresh() async throws {
        let bench = try await SIPBench()
        let presence = ScriptedPresence()
        presence.serve(bench.server)
        await bench.start()
        try await bench.hook.deliver(event("1", of: try mailbox("ada")))
        // A server of which nothing is heard is asked once a minute; that is a refresh as well.
        await bench.advance(by: 3_600) { presence.requests.count > 1 }
        await bench.until { bench.store.tags == ["tag2"] }
        let request = presence.requests[1]
        #expect(request.body.isEmpty)
        #expect(request.header("SIP-If-Match") == "tag1")
        #expect(request.header("Expires") == "3600")
        #expect(bench.store.kept.first?.document?.contains("rpid:meeting") == true)
    }

    @Test("one that was stopped and is started again goes on refreshing")
    func startedAgain() async throws {
        let bench = try await SIPBench()
        let presence = ScriptedPresence()
        presence.serve(bench.server)
        await bench.start()
        try await bench.hook.deliver(event("1", of: try mailbox("ada")))
        await bench.hook.stop()
        #expect(bench.refreshTime == nil)
        await bench.start()
        #expect(bench.refreshTime != nil)
        await bench.advance(by: 120) { presence.requests.count > 1 }
        #expect(presence.requests.last?.header("SIP-If-Match") == "tag1")
    }

    @Test("with few publications one is asked for each minute, so that a server that began anew is noticed")
    func silence() async throws {
        let bench = try await SIPBench()
        let presence = ScriptedPresence()
        presence.serve(bench.server)
        await bench.start()
        for number in 1...3 {
            let user = try mailbox("user\(number)")
            try await bench.hook.deliver(event("\(number)", of: user, phoneExtension: "\(number)"))
        }
        presence.forget()
        await bench.advance(by: 200) { presence.records.count == 3 }
        #expect(presence.records.count == 3)
        #expect(bench.scheduler.now <= later(130))
        await bench.until { bench.forgotten == 1 }
        #expect(bench.forgotten == 1)
    }

    @Test("after a start the stored tags are used; what expired meanwhile is published anew from what is stored")
    func start() async throws {
        let bench = try await SIPBench(publications: [
            try publication(1, tag: "old", expiresIn: -100),
            try publication(2, tag: "dead", expiresIn: 600),
        ])
        let presence = ScriptedPresence()
        presence.serve(bench.server)
        await bench.start()
        await bench.advance(by: 700) { presence.records.count == 2 }
        #expect(presence.shown["sip:1@pbx.example.com"] == "<document 1/>")
        #expect(presence.shown["sip:2@pbx.example.com"] == "<document 2/>")
        // The one without a tag, the other with its own first.
        let asked = Dictionary(grouping: presence.requests, by: \.uri)
        #expect(asked["sip:1@pbx.example.com"]?.first?.header("SIP-If-Match") == nil)
        #expect(asked["sip:2@pbx.example.com"]?.prefix(2).map { $0.header("SIP-If-Match") } == ["dead", nil])
        await bench.until { Set(bench.store.tags) == Set(presence.records.keys) }
    }

    @Test("a server that stumbles over a tag of another one is given the document without")
    func foreign() async throws {
        let bench = try await SIPBench(publications: [try publication(1, tag: "other", expiresIn: 600)])
        let presence = ScriptedPresence()
        bench.server.answerAll { request in
            let isForeign = request.header("SIP-If-Match") == "other"
            request.send(isForeign ? request.answer("500 What is this") : presence.answer(request))
        }
        await bench.start()
        await bench.advance(by: 60) { presence.records.count == 1 }
        #expect(presence.shown["sip:1@pbx.example.com"] == "<document 1/>")
    }

    @Test("while the server is away it is asked seldom and for one, and when it is back all are kept alive")
    func away() async throws {
        let publications = try (1...30).map { try publication($0, tag: "t\($0)", expiresIn: 120) }
        let bench = try await SIPBench(.tcp, publications: publications)
        await bench.server.stop()
        await bench.start()
        await bench.advance(by: 300)
        let warnings = bench.book.lines("Hook phones could not refresh")
        #expect((1...10).contains(warnings.count))
        #expect(warnings.allSatisfy { $0.metadata["diagnosis"].map { "\($0)" } == "hook.unreachable" })
        let again = try await ScriptedSIPServer(.tcp, port: bench.server.port)
        let presence = ScriptedPresence()
        presence.serve(again)
        await bench.advance(by: 300) { presence.records.count == 30 }
        #expect(presence.records.count == 30)
        await bench.until { bench.book.lines("Hook phones refreshes again").count == 1 }
    }

    @Test("when the hook ends, nothing is taken back and nothing more is asked")
    func stop() async throws {
        let bench = try await SIPBench()
        let presence = ScriptedPresence()
        presence.serve(bench.server)
        await bench.start()
        try await bench.hook.deliver(event("1", of: try mailbox("ada")))
        await bench.hook.stop()
        #expect(bench.scheduler.deadlines.isEmpty)
        await bench.advance(by: 200)
        #expect(presence.requests.count == 1)
        #expect(presence.records.count == 1)
        #expect(bench.store.tags == ["tag1"])
    }

    @Test("10,000 publications made in the same second are refreshed evenly, again and again, each in its time")
    func spread() throws {
        var (book, plan) = (PublicationBook(), RefreshPlan(beginningAt: 0.3))
        func entry(at time: Date) -> PublicationBook.Entry {
            PublicationBook.Entry(
                entityTag: "t",
                expiresAt: time.addingTimeInterval(3_600),
                refreshAt: time.addingTimeInterval(plan.delay(lifetime: 3_600)),
                documentMark: nil,
                isConfirmed: true
            )
        }
        for number in 0..<10_000 {
            let key = try publication(number, tag: "t", expiresIn: 0).key
            book.set(entry(at: monday), for: key)
        }
        var minutes = [Int](repeating: 0, count: 360)
        var late = 0
        for second in stride(from: 0, to: 360 * 60, by: 60) {
            let now = later(Double(second))
            for key in book.due(at: now, limit: 10_000) {
                if let entry = book[key], entry.expiresAt < now.addingTimeInterval(60) { late += 1 }
                minutes[second / 60] += 1
                book.set(entry(at: now), for: key)
            }
        }
        #expect(late == 0)
        #expect(minutes[..<30].allSatisfy { $0 == 0 })
        // All once within 30 to 48 minutes: 10,000 in 18 minutes are 556 in each.
        #expect(minutes[31..<47].allSatisfy { (500...620).contains($0) })
        #expect(minutes[300...].allSatisfy { (100...500).contains($0) })
        // About each 39 minutes, in six hours.
        #expect((75_000...100_000).contains(minutes.reduce(0, +)))
    }

    @Test("360 that were published in the same second are refreshed about 19 a minute, from half an hour on")
    func evenly() async throws {
        let bench = try await SIPBench()
        let presence = ScriptedPresence()
        presence.serve(bench.server)
        await bench.start()
        for number in 0..<360 {
            let user = try mailbox("user\(number)")
            try await bench.hook.deliver(event("\(number)", of: user, phoneExtension: "\(number)"))
        }
        var minutes: [Int] = []
        for _ in 0..<49 {
            let before = presence.requests.count
            await bench.advance(by: 60)
            minutes.append(presence.requests.count - before)
        }
        // Before that one a minute is asked for, to see whether the server began anew.
        #expect(minutes[..<30].allSatisfy { $0 <= 2 })
        #expect(minutes[31..<47].allSatisfy { (10...28).contains($0) }, "\(minutes)")
        #expect(presence.records.count == 360 && bench.forgotten == 0)
        #expect(presence.requests.dropFirst(360).allSatisfy { $0.header("SIP-If-Match") != nil && $0.body.isEmpty })
    }

    @Test("10,000 publications that all expired while the daemon was down are published anew at a bounded rate")
    func late() async throws {
        let publications = try (0..<10_000).map { try publication($0, tag: "t", expiresIn: -1) }
        let bench = try await SIPBench(publications: publications)
        await bench.start()
        let first = try #require(bench.refreshTime)
        #expect(first <= later(1))
        var book = await bench.hook.book
        var perSecond: [Int] = []
        for second in 0...300 {
            let due = book.due(at: later(Double(second)), limit: 10_000)
            for key in due { book.set(nil, for: key) }
            perSecond.append(due.count)
        }
        #expect(perSecond.allSatisfy { $0 <= 51 })
        #expect(perSecond.reduce(0, +) == 10_000)
    }
}
