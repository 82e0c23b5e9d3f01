import Foundation
import Testing

@Suite("The life of subscriptions")
struct SubscriptionLifeTests {
    /// `SEEDS=500` for more, `SEED=7` for that one alone.
    private static let seeds: [UInt64] = {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["SEED"].flatMap({ UInt64($0) }) { return [seed] }
        return Array(1...(environment["SEEDS"].flatMap { UInt64($0) } ?? 50))
    }()

    @Test("whatever goes wrong, everybody's presence is right without any scan once it works again", arguments: seeds)
    func randomLife(_ seed: UInt64) async throws {
        let life = try ModelLife(seed: seed)
        try await life.run(steps: 80)
        guard !life.flaws.isEmpty else { return }
        Issue.record("seed \(seed): \(life.flaws.joined(separator: "\n"))\n\(life.steps.joined(separator: "\n"))")
    }
}
