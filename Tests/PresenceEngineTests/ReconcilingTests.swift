import Availability
import Foundation
import PresenceEngine
import TestSupport
import Testing

private let (anna, bert) = (GroupBench.anna, GroupBench.bert)

@Suite("Finding what notifications miss")
struct ReconcilingTests {
    let now = EngineBench.monday

    @Test(
        "a change is missed when nothing tells of it two minutes before or after",
        arguments: [-121.0, -120, 0, 120, nil]
    )
    func drift(_ told: TimeInterval?) {
        var watch = DriftWatch()
        if let told, told <= 0 { watch.note(anna, at: now + told) }
        watch.suspect(anna, at: now)
        if let told, told > 0 { watch.note(anna, at: now + told) }
        let isMissed = told.map { $0 < -120 } ?? true
        #expect(watch.earliest == (isMissed ? now + 120 : nil))
        let convicted = [119.0, 120, 500].map { watch.convict(at: now + $0) }
        #expect(convicted == [[], isMissed ? [anna] : [], []])
    }

    @Test("a mailbox that is suspected twice is convicted once, at the time of the first; another is another matter")
    func twice() {
        var watch = DriftWatch()
        watch.suspect(anna, at: now)
        watch.suspect(anna, at: now + 60)
        watch.suspect(bert, at: now + 60)
        watch.note(bert, at: now + 61)
        let convicted = watch.convict(at: now + 120)
        #expect(convicted == [anna])
        #expect(watch.earliest == nil)
    }

    @Test(
        "each mailbox is read once in each interval, the portions evenly spread and full but for the last",
        arguments: [(250, 100), (200, 100), (1, 100), (7, 3), (5, 0)]
    )
    func rounds(_ count: Int, _ portion: Int) throws {
        let mailboxes = try (0..<count).map { try #require(MailboxAddress("user\($0)@example.com")) }
        var reconciliation = Reconciliation(of: mailboxes.shuffled(), interval: 86_400, portion: portion)
        let portions = (count + max(portion, 1) - 1) / max(portion, 1)
        #expect(reconciliation.pause == 86_400 / Double(portions))
        for _ in 0..<3 {
            var read: [MailboxAddress] = []
            for index in 1...portions {
                let taken = reconciliation.take()
                #expect(index == portions || taken.count == max(portion, 1))
                read += taken
            }
            #expect(read.sorted() == mailboxes.sorted())
        }
    }
}
