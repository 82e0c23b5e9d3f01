import Availability
import Foundation
import PresenceEngine
import TestSupport
import Testing

private let outage = SourceFailure(
    Diagnosis(id: "tcp.unreachable", summary: "No answer.", remedy: "Look at the firewall."),
    retry: .later
)

@Suite("The engine")
struct PresenceEngineTests {
    @Test("at start everybody is read, in batches no larger than the source takes, eight days ahead")
    func firstScan() async throws {
        let bench = try EngineBench(users: 250)
        try await bench.start()
        let batches = await bench.source.batches
        #expect(Set(batches.joined()).count == 250)
        #expect(batches.allSatisfy { $0.count <= 100 })
        #expect(batches.count == 3)
        #expect(await bench.source.replyRequests == 250)
        let window = try #require(await bench.source.windows.first)
        #expect(window.start == time("2026-11-23T00:00:00Z"))
        #expect(window.end == time("2026-12-02T00:00:00Z"))
        let scan = try #require(await bench.store.scans.first)
        #expect(scan.mailboxes == 250)
        #expect(scan.finishedAt == EngineBench.monday)
        #expect(scan.failed == 0)
    }

    @Test("presence flips at its boundaries to the second, in order, while the server is away")
    func boundaries() async throws {
        let bench = try EngineBench()
        await bench.source.write(
            [
                bench.busy("2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z"),
                bench.busy("2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z", .outOfOffice),
            ],
            of: bench.users[0]
        )
        try await bench.start()
        #expect(await bench.presence() == .available)
        await bench.source.goAway(with: outage)
        await bench.advance(to: "2026-11-23T12:00:00Z")
        let events = await bench.store.events
        #expect(events.map(\.current.presence) == [.available, .meeting, .away, .available])
        #expect(events.map(\.previous) == [.unknown, .available, .meeting, .away])
        #expect(
            events.map(\.at) == [
                EngineBench.monday, time("2026-11-23T09:00:00Z"), time("2026-11-23T10:00:00Z"),
                time("2026-11-23T11:00:00Z"),
            ]
        )
        #expect(zip(events, events.dropFirst()).allSatisfy { $1.current.sequence == $0.current.sequence + 1 })
        #expect(Set(events.map(\.id)).count == events.count)
        #expect(events[1].current.until == time("2026-11-23T10:00:00Z"))
    }

    @Test("a mailbox that the server does not have is told with its connector, for every part; other failures are not")
    func absences() async throws {
        let bench = try EngineBench(users: 3)
        let remedy = Diagnosis(id: "mailbox.elsewhere", summary: "Elsewhere.", remedy: "Look.")
        let refusal = Diagnosis(id: "calendar.no-access", summary: "No.", remedy: "Allow it.")
        await bench.source.fail(bench.users[0], with: MailboxFailure(remedy, retry: .later))
        await bench.source.failReply(of: bench.users[1], with: MailboxFailure(remedy, retry: .later))
        await bench.source.fail(bench.users[2], with: MailboxFailure(refusal, retry: .later))
        try await bench.start()
        let expected = bench.users.prefix(2).map { "\($0) hq mailbox.elsewhere" }
        #expect(Set(bench.observer.absences) == Set(expected))
    }

    @Test("the next scan comes after the interval and finds what changed")
    func weekly() async throws {
        let bench = try EngineBench()
        try await bench.start()
        await bench.source.write(
            [bench.busy("2026-11-30T08:00:00Z", "2026-11-30T09:00:00Z")],
            of: bench.users[0]
        )
        await bench.advance(to: "2026-11-30T07:59:59Z")
        #expect(await bench.source.batches.count == 1)
        await bench.advance(to: "2026-11-30T08:00:00Z")
        #expect(await bench.source.batches.count == 2)
        #expect(await bench.presence() == .meeting)
        #expect(await bench.store.scans.count == 2)
    }

    @Test("whatever the interval, a mailbox is read again when only a day ahead is known")
    func coverage() async throws {
        let bench = try EngineBench(interval: 30 * 86_400)
        try await bench.start()
        await bench.advance(to: "2026-11-30T23:59:59Z")
        #expect(await bench.source.batches.count == 1)
        await bench.advance(to: "2026-12-01T00:00:00Z")
        #expect(await bench.source.batches.count == 2)
        let record = try #require(await bench.store.users[bench.users[0]])
        #expect(record.knowledge.calendar?.covered.end == time("2026-12-09T00:00:00Z"))
    }

    @Test("a server that is away is asked again at growing distances, one request at a time, and the scan is caught up")
    func outageAndReturn() async throws {
        let bench = try EngineBench(users: 300)
        await bench.source.goAway(with: outage)
        try await bench.start()
        #expect(await bench.source.batches.count == 1)
        #expect(bench.scheduler.deadlines["retry hq"] == EngineBench.monday + 5)
        await bench.advance(to: EngineBench.monday + 5)
        #expect(await bench.source.batches.count == 2)
        #expect(bench.scheduler.deadlines["retry hq"] == EngineBench.monday + 15)
        await bench.source.goAway(with: nil)
        await bench.advance(to: EngineBench.monday + 15)
        #expect(bench.observer.connected == ["hq"])
        #expect(await bench.presence(of: 299) == .available)
        #expect(await bench.store.scans.first?.finishedAt == EngineBench.monday + 15)
    }

    @Test("a server that says when to come back is left alone until then")
    func retryAfter() async throws {
        let bench = try EngineBench()
        await bench.source.goAway(with: SourceFailure(outage.diagnosis, retry: .after(120)))
        try await bench.start()
        #expect(bench.scheduler.deadlines["retry hq"] == EngineBench.monday + 120)
    }

    @Test("a refused password is tried once, and once more when an administrator asks")
    func refusal() async throws {
        let bench = try EngineBench(users: 300)
        let diagnosis = Diagnosis(id: "auth.unauthorized", summary: "Refused.", remedy: "Check the password.")
        await bench.source.goAway(with: SourceFailure(diagnosis, retry: .never))
        try await bench.start()
        await bench.advance(to: "2026-11-25T08:00:00Z")
        #expect(await bench.source.batches.count == 1)
        #expect(await bench.source.replyRequests == 0)
        var outcome: ForceProgress?
        for await progress in await bench.engine.force() { outcome = progress }
        await bench.engine.idle()
        #expect(await bench.source.batches.count == 2)
        #expect(await bench.source.extraAttempts == 1)
        guard case .finished(let failed, let unreachable) = outcome else {
            Issue.record("the forced reading did not finish")
            return
        }
        #expect(failed.count == 300)
        #expect(unreachable == ["hq": diagnosis])
    }

    @Test("a mailbox that fails is data: the others are read, its failure is stored and it is tried again later")
    func badMailbox() async throws {
        let bench = try EngineBench(users: 3)
        let diagnosis = Diagnosis(id: "calendar.no-access", summary: "No access.", remedy: "Grant it.")
        await bench.source.fail(bench.users[1], with: MailboxFailure(diagnosis, retry: .later))
        try await bench.start()
        #expect(await bench.presence(of: 0) == .available)
        #expect(await bench.presence(of: 1) == .unknown)
        #expect(await bench.presence(of: 2) == .available)
        #expect(await bench.store.users[bench.users[1]]?.lastFailure?.diagnosis == diagnosis)
        #expect(await bench.store.scans.first?.failed == 1)
        await bench.source.fail(bench.users[1], with: nil)
        await bench.advance(to: "2026-11-23T08:15:00Z")
        #expect(await bench.source.batches.last == [bench.users[1]])
        #expect(await bench.presence(of: 1) == .available)
        #expect(await bench.store.users[bench.users[1]]?.lastFailure == nil)
    }

    @Test("a part that is read clears its own failure and leaves the other's")
    func failuresOfParts() throws {
        let mailbox = try #require(MailboxAddress("one@example.com"))
        func stored(_ id: String, _ part: MailboxPart) -> StoredFailure {
            StoredFailure(Diagnosis(id: id, summary: "S.", remedy: "R."), at: EngineBench.monday, part: part)
        }
        func decide(_ last: StoredFailure?, _ asked: [MailboxPart: StoredFailure?]) -> UserUpdate.Failure? {
            let record = UserRecord(user: User(address: mailbox, connector: "hq"), lastFailure: last)
            let news = MailboxNews(mailbox, asked: asked)
            return UpdateDecision(for: record, news: news, rules: PresenceRules(), now: EngineBench.monday) { "" }
                .update?
                .failure
        }
        let reply = stored("access.impersonation-denied", .automaticReply)
        let gone = stored("mailbox.not-found", .calendar)
        #expect(decide(reply, [.calendar: nil]) == nil)
        #expect(decide(reply, [.automaticReply: nil]) == .cleared)
        #expect(decide(nil, [.calendar: nil, .automaticReply: reply]) == .noted(reply))
        #expect(decide(nil, [.calendar: gone, .automaticReply: reply]) == .noted(gone))
        #expect(decide(gone, [.automaticReply: reply]) == nil)
        #expect(decide(gone, [.calendar: nil, .automaticReply: reply]) == .noted(reply))
    }

    @Test("after a restart presence comes from what is stored, before any server answers")
    func restart() async throws {
        let bench = try EngineBench()
        let covered = TimeWindow(start: time("2026-11-23T00:00:00Z"), end: time("2026-12-01T00:00:00Z"))
        let calendar = CalendarKnowledge(
            intervals: [bench.busy("2026-11-23T07:30:00Z", "2026-11-23T08:30:00Z")],
            covered: covered,
            readAt: time("2026-11-23T01:00:00Z"),
            source: "hq"
        )
        await bench.store.set(MailboxKnowledge(calendar: calendar), of: bench.users[0])
        await bench.source.goAway(with: outage)
        try await bench.start()
        #expect(await bench.presence() == .meeting)
        await bench.advance(to: "2026-11-23T08:30:00Z")
        #expect(await bench.presence() == .available)
    }

    @Test("force reads the users asked for, tells each change, and says how far it is")
    func force() async throws {
        let bench = try EngineBench(users: 3)
        try await bench.start()
        await bench.source.write(
            [bench.busy("2026-11-23T08:00:00Z", "2026-11-23T09:00:00Z")],
            of: bench.users[2]
        )
        var changes: [PresenceEvent] = []
        var last: ForceProgress?
        var counts: [Int] = []
        for await progress in await bench.engine.force([bench.users[2]]) {
            if case .changed(let event) = progress { changes.append(event) }
            if case .progress(let done, let total) = progress {
                counts.append(done)
                #expect(total == 1)
            }
            last = progress
        }
        #expect(counts == [0, 1])
        #expect(changes.map(\.user) == [bench.users[2]])
        #expect(changes.first?.current.presence == .meeting)
        #expect(await bench.source.batches.last == [bench.users[2]])
        guard case .finished(let failed, let unreachable) = last else {
            Issue.record("the forced reading did not finish")
            return
        }
        #expect(failed.isEmpty && unreachable.isEmpty)
    }

    @Test("while a request is under way, what turns dirty collects into one more")
    func naturalBatching() async throws {
        let bench = try EngineBench(users: 40)
        try await bench.start()
        await bench.source.hold()
        _ = await bench.engine.force([bench.users[0]])
        while await bench.source.held == 0 { await Task.yield() }
        for index in 1..<40 { _ = await bench.engine.force([bench.users[index]]) }
        await bench.source.release()
        await bench.engine.idle()
        let batches = await bench.source.batches.dropFirst()
        #expect(batches.map(\.count) == [1, 39])
    }

    @Test("force does not take an answer from before it for the one it asked for")
    func forceWhileReading() async throws {
        let bench = try EngineBench()
        try await bench.start()
        await bench.source.hold()
        _ = await bench.engine.force([bench.users[0]])
        while await bench.source.held == 0 { await Task.yield() }
        let forced = await bench.engine.force([bench.users[0]])
        await bench.source.release()
        var batches = 0
        for await progress in forced {
            if case .progress(done: 1, total: 1) = progress { batches = await bench.source.batches.count }
        }
        #expect(batches == 3)
    }

    @Test("users of a connector that is switched off hold up neither the scan nor who forces")
    func switchedOff() async throws {
        let bench = try EngineBench(users: 2)
        let stranger = try #require(MailboxAddress("stranger@example.com"))
        await bench.store.add(User(address: stranger, connector: "branch"))
        try await bench.start()
        #expect(await bench.store.scans.first?.finishedAt != nil)
        #expect(await bench.store.scans.first?.mailboxes == 2)
        var last: ForceProgress?
        for await progress in await bench.engine.force() { last = progress }
        guard case .finished(let failed, let unreachable) = last else {
            Issue.record("the forced reading did not finish")
            return
        }
        #expect(failed == [stranger])
        #expect(unreachable["branch"]?.id == "config.not-set-up")
    }

    @Test("an engine that was stopped sets no deadline any more, and tells who waits for it that it ended early")
    func stopped() async throws {
        let bench = try EngineBench()
        try await bench.start()
        await bench.source.hold()
        let forced = await bench.engine.force([bench.users[0]])
        while await bench.source.held == 0 { await Task.yield() }
        async let stopping: Void = bench.engine.stop()
        while bench.scheduler.deadlines["scan"] != nil { await Task.yield() }
        await bench.source.goAway(with: outage)
        await bench.source.release()
        await stopping
        var last: ForceProgress?
        for await progress in forced { last = progress }
        guard case .finished(let failed, _) = last else {
            Issue.record("the forced reading did not finish")
            return
        }
        #expect(failed == [bench.users[0]])
        #expect(bench.scheduler.deadlines.isEmpty)
    }

    @Test("a database that fails loses nothing: the same mailboxes are read again")
    func storeFailure() async throws {
        let bench = try EngineBench()
        try await bench.start()
        await bench.source.write(
            [bench.busy("2026-11-23T08:00:00Z", "2026-11-23T09:00:00Z")],
            of: bench.users[0]
        )
        let full = Diagnosis(id: "store.full", summary: "The disk is full.", remedy: "Make room.")
        await bench.store.fail(with: StoreFailure(full, retry: .later))
        _ = await bench.engine.force([bench.users[0]])
        await bench.engine.idle()
        #expect(await bench.presence() == .available)
        #expect(await bench.engine.status().connectors.first?.failure?.diagnosis == full)
        await bench.store.fail(with: nil)
        await bench.advance(to: "2026-11-23T08:00:10Z")
        #expect(await bench.presence() == .meeting)
    }

    @Test("an automatic reply turns a user away with its announcement")
    func automaticReply() async throws {
        let bench = try EngineBench()
        await bench.source.set(AutomaticReply(state: .enabled, internalText: "Back on Friday"), of: bench.users[0])
        try await bench.start()
        let event = try #require(await bench.store.events.last)
        #expect(event.current.presence == .away)
        #expect(event.current.announcement?.internalText == "Back on Friday")
    }

    @Test("a first presence waits for the automatic reply, a minute at most: nobody is shown available who is away")
    func firstPresence() async throws {
        let bench = try EngineBench(users: 2)
        await bench.source.set(AutomaticReply(state: .enabled), of: bench.users[0])
        await bench.source.holdReply(of: bench.users[1])
        try await bench.engine.start()
        while await bench.presence(of: 0) != .away { await Task.yield() }
        #expect(await bench.store.events.map(\.current.presence) == [.away])
        #expect(await bench.presence(of: 1) == .unknown)
        await bench.scheduler.advance(by: 60)
        #expect(await bench.presence(of: 1) == .available)
        await bench.source.release()
        await bench.engine.idle()
    }

    @Test("an unchanged calendar is confirmed, not written again, and makes no event")
    func unchanged() async throws {
        let bench = try EngineBench()
        try await bench.start()
        let before = await bench.store.events.count
        for await _ in await bench.engine.force() {}
        #expect(await bench.store.events.count == before)
    }
}
