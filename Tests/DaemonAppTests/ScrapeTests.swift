import Availability
import Foundation
import Logging
import Store
import TestSupport
import Testing

@testable import DaemonApp

@Suite("A scrape")
struct ScrapeTests {
    private let folder: TemporaryFolder
    private let database: PresenceDatabase
    private let scheduler = ManualScheduler(now: time("2026-11-23T10:00:00Z"))
    private let meters = Meters()
    private let integration: Integration

    init() async throws {
        folder = try TemporaryFolder()
        database = try PresenceDatabase.open(path: folder.file("presence.sqlite"), at: scheduler.now).database
        integration = Integration(in: .resting(database, scheduler: scheduler, meters: meters))
    }

    /// The names of the families, in the order in which they come.
    private func families() async -> [String] {
        let scrape = Scrape(meters: meters, database: database, process: ProcessReport(now: scheduler.now))
        let text = await scrape.text(of: integration, at: scheduler.now)
        return text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }.compactMap { line in
            line.split(separator: " ").dropFirst(2).first.map(String.init)
        }
    }

    @Test("answers while the integration is not running, with what was counted and what is stored")
    func notRunning() async throws {
        _ = try await database.sync(Roster(users: [], hooks: ["phone"]), at: scheduler.now, staleAfter: 3_600)
        meters.show(connectors: ["hq"], hooks: ["phone"])
        let told = await families()
        for name in ["integration_running", "users", "outbox_events", "deliveries_total", "missed_changes_total"] {
            #expect(told.contains("freebusyd_\(name)"))
        }
        #expect(told.contains("process_resident_memory_bytes"))
        #expect(!told.contains("freebusyd_subscriptions"))
    }

    @Test("answers while the database cannot be read, with what else is known")
    func noDatabase() async throws {
        meters.show(connectors: ["hq"], hooks: ["phone"])
        try database.close()
        let told = await families()
        #expect(told.contains("freebusyd_build_info"))
        #expect(told.contains("freebusyd_deliveries_total"))
        #expect(!told.contains("freebusyd_users"))
    }

    @Test("tells each family once, sorted by name")
    func sorted() async throws {
        meters.show(connectors: ["hq"], hooks: ["phone"])
        let told = await families()
        #expect(told == told.sorted())
        #expect(Set(told).count == told.count)
        #expect(told.count > 12)
    }
}
