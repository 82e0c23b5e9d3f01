import Availability
import Foundation
import PresenceEngine
import TestSupport
import Testing

@Suite("Deadlines, queues and backoff")
struct PlanTests {
    @Test("the heap agrees with a sorted list through thousands of random changes")
    func heap() {
        var random = SplitMix(seed: 7)
        var heap = DeadlineHeap<Int>()
        var model: [Int: Date] = [:]
        for _ in 0..<5_000 {
            let key = Int.random(in: 0..<60, using: &random)
            let moment = Date(timeIntervalSince1970: Double(Int.random(in: 0..<1_000, using: &random)))
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                heap.set(key, at: moment)
                model[key] = moment
            case 6..<9:
                heap.set(key, at: nil)
                model[key] = nil
            default:
                let due = heap.popDue(at: moment)
                let expected = model.filter { $0.value <= moment }
                #expect(Set(due) == Set(expected.keys))
                #expect(due.compactMap { model[$0] } == expected.values.sorted())
                for key in due { model[key] = nil }
            }
            #expect(heap.earliest == model.values.min())
            #expect(heap.count == model.count)
        }
    }

    @Test("a mailbox that turns dirty while it is read is read once more, and never twice at once")
    func queue() throws {
        let one = try #require(MailboxAddress("one@example.com"))
        let two = try #require(MailboxAddress("two@example.com"))
        var queue = ReadQueue()
        queue.mark(.init(one, order: 1))
        queue.mark(.init(one, order: 2))
        let first = queue.take(upTo: 10)
        #expect(first == [.init(one, order: 2)])
        queue.mark(.init(one, order: 3))
        queue.mark(.init(two, order: 3))
        let whileRead = queue.take(upTo: 10)
        #expect(whileRead == [.init(two, order: 3)])
        queue.finish(first)
        let afterwards = queue.take(upTo: 10)
        #expect(afterwards == [.init(one, order: 3)])
        queue.putBack(afterwards)
        let again = queue.take(upTo: 10)
        #expect(again == afterwards)
        queue.finish(again + whileRead)
        #expect(queue.isIdle)
    }

    @Test("an answer to an old request does not end the pause that a newer failure asked for")
    func health() {
        var health = ConnectorHealth()
        #expect(health.allowance(limit: 10) == 1)
        let connected = health.succeeded()
        #expect(connected)
        #expect(health.allowance(limit: 10) == 10)
        let diagnosis = Diagnosis(id: "server.busy", summary: "Busy.", remedy: "Wait.")
        let now = EngineBench.monday
        let isNews = health.failed(SourceFailure(diagnosis, retry: .after(30)), at: now, jitter: 0)
        #expect(isNews)
        #expect(health.phase == .waiting(until: now + 30))
        let late = health.succeeded()
        #expect(!late)
        #expect(health.allowance(limit: 10) == 0)
        health.tryAgain()
        #expect(health.allowance(limit: 10) == 1)
        let connectedAgain = health.succeeded()
        #expect(connectedAgain)
        #expect(health.failure == nil)
    }

    @Test("a reading counts a mailbox as done when both its parts were read or failed, by its own order or a later one")
    func round() throws {
        let one = try #require(MailboxAddress("one@example.com"))
        let two = try #require(MailboxAddress("two@example.com"))
        let failure = MailboxFailure(Diagnosis(id: "x", summary: "X.", remedy: "Y."), retry: .later)
        var round = ReadingRound([one, two], order: 2)
        round.note(.init(one, part: .calendar, order: 1))
        round.note(.init(one, part: .calendar, order: 2))
        #expect(round.done == 0)
        round.note(.init(one, part: .automaticReply, order: 3, failure: failure))
        #expect(round.done == 1)
        #expect(round.failed == [one])
        round.giveUp([one, two])
        #expect(round.isFinished)
        #expect(round.failed == [one, two])
    }

    @Test("of a mailbox whose parts both fail one failure is told: that of the mailbox as a whole")
    func digest() throws {
        let one = try #require(MailboxAddress("one@example.com"))
        let gone = MailboxFailure(Diagnosis(id: "mailbox.not-found", summary: "G.", remedy: "R."), retry: .never)
        let closed = MailboxFailure(Diagnosis(id: "calendar.no-access", summary: "C.", remedy: "R."), retry: .never)
        for (calendar, reply) in [(closed, gone), (gone, closed), (nil, gone), (gone, nil)] {
            var digest = FailureDigest()
            let early = digest.note(.init(one, part: .automaticReply, order: 1, failure: reply))
            #expect(early == nil)
            let told = digest.note(.init(one, part: .calendar, order: 1, failure: calendar))
            #expect(told == gone)
        }
    }

    @Test("a reply that cannot be read for good does not make the calendar run out")
    func agenda() throws {
        let one = try #require(MailboxAddress("one@example.com"))
        let now = EngineBench.monday
        var agenda = ReadingAgenda()
        agenda.noteCoverage(of: one, until: now + 8 * 86_400)
        agenda.noteFailure(of: .automaticReply, of: one, retry: .never, at: now, jitter: 0)
        #expect(agenda.deadline(of: one) == now + 7 * 86_400)
        agenda.noteFailure(of: .automaticReply, of: one, retry: .later, at: now, jitter: 0)
        agenda.noteFailure(of: .automaticReply, of: one, retry: .later, at: now, jitter: 0)
        #expect(agenda.deadline(of: one) == now + 1_800)
        let due = agenda.popDue(at: now + 1_800)
        #expect(due == [one])
    }
}
