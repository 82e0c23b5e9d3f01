import Availability
package import ControlAPI
package import Foundation

/// How `force` ended, for a person.
package struct ForceText: Sendable {
    /// How many users that failed are named.
    private static let longest = 20

    /// One line: how much was read, and what came of it.
    package let summary: String
    /// What failed and why; empty where nothing did.
    package let complaints: [String]

    /// - Parameters:
    ///   - changed: how many presences changed.
    ///   - duration: seconds that it took.
    ///   - failed: the users that could not be read.
    ///   - unreachable: the connectors that could not be asked.
    ///   - users: what is known of the users now.
    package init(
        total: Int,
        changed: Int,
        duration: TimeInterval,
        failed: [String],
        unreachable: [ForceLine.Unreachable],
        users: [UserSummary]
    ) {
        let time = duration < 1 ? "less than a second" : AgeText.text(duration)
        if !failed.isEmpty {
            let changes = changed == 0 ? "" : ", \(changed) changed"
            summary = "\(total - failed.count) read, \(failed.count) failed\(changes)."
        } else if total == 0 {
            summary = "There is no user to read."
        } else {
            let changes = changed == 0 ? "nothing changed" : "\(changed) changed"
            summary = "Read \(Count.text(total, "user")) in \(time): \(changes)."
        }
        var complaints = unreachable.flatMap { connector in
            ["connector \(connector.connector): \(connector.diagnosis): \(connector.summary)", "→ \(connector.remedy)"]
        }
        let known = Dictionary(users.map { ($0.address, $0) }) { first, _ in first }
        let silent = Set(unreachable.map(\.connector))
        let own = failed.filter { address in
            // What a connector keeps from being read is said once, of the connector; "all" is the daemon's own stop.
            !silent.contains("all") && !silent.contains(known[address]?.connector ?? "")
        }
        complaints += own.prefix(Self.longest).map { address in
            let why = known[address]?.diagnosis.map { ": \($0)" } ?? ""
            return "could not read \(address)\(why); `freebusyctl show \(ShellWord.quoted(address))` says more"
        }
        if own.count > Self.longest {
            complaints.append("could not read \(own.count - Self.longest) more; `freebusyctl users` shows which")
        }
        self.complaints = complaints.map(\.printable)
    }
}
