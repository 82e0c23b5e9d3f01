import Availability
import Foundation
import Hummingbird
import Logging
import Store
import TestSupport
import Testing

@testable import DaemonApp

@Suite("The description of the API")
struct DescriptionTests {
    /// `GET /v1/status` and so on, as `docs/openapi.yaml` has them: paths are indented by two, methods by four. Those of
    /// paths with `x-planned` are apart.
    private func described() throws -> (now: Set<String>, planned: Set<String>) {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("docs/openapi.yaml"), encoding: .utf8)
        var (path, isPlanned) = ("", false)
        var (now, planned) = (Set<String>(), Set<String>())
        for line in text.split(separator: "\n") {
            if let match = line.wholeMatch(of: #/  (/.*):/#) { (path, isPlanned) = (String(match.1), false) }
            if line == "    x-planned: true" { isPlanned = true }
            if let match = line.wholeMatch(of: #/    (get|put|post|delete|patch|options|head|trace):/#) {
                let route = "\(match.1.uppercased()) \(path)"
                if isPlanned { planned.insert(route) } else { now.insert(route) }
            }
        }
        return (now, planned)
    }

    @Test("it has every route of the daemon, and none that the daemon does not have but as a plan")
    func routes() async throws {
        let folder = try TemporaryFolder()
        let scheduler = ManualScheduler(now: time("2026-11-23T09:30:00Z"))
        let database = try PresenceDatabase.open(path: folder.file("freebusyd.db"), at: scheduler.now).database
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let feed = PresenceFeed()
        let integration = Integration(
            database: database,
            scheduler: scheduler,
            feed: feed,
            credentialsDirectory: nil,
            logger: logger
        )
        let routes = ControlRoutes(
            integration: integration,
            directory: ControlDirectory(database: database, clock: scheduler),
            feed: feed,
            policy: AccessPolicy(AccessRule(daemonUser: 0, writerGroup: nil, tokens: []))
        )
        let served = routes.router(for: .controlSocket).routes.map { "\($0.method) \($0.path)" }
        let described = try described()
        #expect(described.now == Set(served))
        #expect(described.planned.isDisjoint(with: served))
        #expect(served.contains("PUT /v1/users/{user}/override"))
        await integration.stop()
        try database.close()
    }
}
