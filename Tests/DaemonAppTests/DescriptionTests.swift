import Availability
import Foundation
import Hummingbird
import Store
import TestSupport
import Testing

@testable import DaemonApp

@Suite("The description of the API")
struct DescriptionTests {
    /// `GET /v1/status` and so on, as `docs/openapi.yaml` has them: paths are indented by two, methods by four.
    private func described() throws -> Set<String> {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("docs/openapi.yaml"), encoding: .utf8)
        var path = ""
        var routes = Set<String>()
        for line in text.split(separator: "\n") {
            if let match = line.wholeMatch(of: #/  (/.*):/#) { path = String(match.1) }
            if let match = line.wholeMatch(of: #/    (get|put|post|delete|patch|options|head|trace):/#) {
                routes.insert("\(match.1.uppercased()) \(path)")
            }
        }
        return routes
    }

    @Test("it has every route of the daemon, and none that the daemon does not have")
    func routes() async throws {
        let folder = try TemporaryFolder()
        let scheduler = ManualScheduler(now: time("2026-11-23T09:30:00Z"))
        let database = try PresenceDatabase.open(path: folder.file("freebusyd.db"), at: scheduler.now).database
        let surroundings = IntegrationSurroundings.resting(database, scheduler: scheduler)
        let integration = Integration(in: surroundings)
        let routes = ControlRoutes(
            integration: integration,
            directory: ControlDirectory(database: database, clock: scheduler),
            feed: surroundings.feed,
            scrape: Scrape(
                meters: surroundings.meters,
                database: database,
                process: ProcessReport(now: scheduler.now)
            ),
            eventLog: EventLog(LogBuffer(), logger: surroundings.logger),
            policy: AccessPolicy(AccessRule(daemonUser: 0, writerGroup: nil, tokens: []))
        )
        let served = routes.router(for: .controlSocket).routes.map { "\($0.method) \($0.path)" }
        #expect(try described() == Set(served))
        #expect(served.contains("PUT /v1/users/{user}/override"))
        await integration.stop()
        try database.close()
    }
}
