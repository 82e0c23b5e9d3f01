package import Availability
package import ConfigurationFile
package import ControlAPI
package import Foundation
import Store

/// What a configuration would change if it were loaded now, from what the daemon has stored. Reads and changes nothing.
package struct DryRun: Sendable {
    /// How many users are in memory at a time.
    private static let pageSize = 500

    private let configuration: Configuration
    private let databasePath: String

    /// - Parameter environment: of the process; `$STATE_DIRECTORY` says where the database is if the file does not.
    package init(_ configuration: Configuration, environment: [String: String]) {
        self.configuration = configuration
        databasePath = configuration.databasePath(environment: environment)
    }

    /// Compares every stored user.
    /// - Parameters:
    ///   - now: the moment at which the configuration would be loaded.
    ///   - zone: the zone in which times are told.
    package func report(at now: Date, zone: TimeZone) async throws(StoreFailure) -> DryRunReport {
        let stored = try StoredPresences(path: databasePath)
        var whole = configuration
        whole.users = configuration.users(with: try await stored.groupMembers())
        // What was switched by hand stays so.
        let switches = Switches(stored: try await stored.switches())
        whole = whole.moved(by: whole.moves(by: try await stored.searches(), switches))
        let switched = whole.switched(by: switches)
        let configured = Dictionary(switched.users.map { ($0.address, $0) }) { first, _ in first }
        var report = DryRunReport(compared: 0, changes: [], added: [], removed: [])
        var reading = Set<MailboxAddress>()
        var last: MailboxAddress?
        while true {
            let page = try await stored.records(after: last, limit: Self.pageSize)
            guard let end = page.last?.user.address else { break }
            last = end
            for record in page {
                guard record.user.isEnabled else { continue }
                reading.insert(record.user.address)
                guard configured[record.user.address]?.isEnabled == true else {
                    report.removed.append(record.user.address.text)
                    continue
                }
                report.compared += 1
                guard let trial = RuleTrial(of: record, rules: configuration.presence, at: now, zone: zone) else {
                    continue
                }
                report.changes.append(RuleChange(trial))
            }
        }
        let wanted = configured.values.filter(\.isEnabled).map(\.address)
        report.added = wanted.filter { !reading.contains($0) }.sorted().map(\.text)
        return report
    }
}

extension RuleChange {
    fileprivate init(_ trial: RuleTrial) {
        self.init(
            address: trial.user.address.text,
            phoneExtension: trial.user.phoneExtension,
            presence: trial.presence.rawValue,
            newPresence: trial.newPresence.rawValue,
            newReason: trial.newReason.rawValue,
            cause: trial.cause
        )
    }
}
