import Availability
import Synchronization

/// A directory that answers what a test put into it, and keeps what it was asked.
final class ScriptedDirectory: DirectorySource {
    private struct State {
        var groups: [MailboxAddress: Result<DirectoryReading, DirectoryFailure>] = [:]
        /// While set, everything fails as a whole.
        var outage: SourceFailure?
        var asked: [MailboxAddress] = []
    }

    let name: String
    private let state = Mutex(State())

    init(_ name: String = "hq") {
        self.name = name
    }

    /// The groups asked about so far, by the first part of their addresses.
    var asked: [String] { state.withLock { $0.asked.map { String($0.text.prefix { $0 != "@" }) } } }

    func put(_ answer: Result<DirectoryReading, DirectoryFailure>, for group: MailboxAddress) {
        state.withLock { $0.groups[group] = answer }
    }

    func fail(_ failure: SourceFailure?) {
        state.withLock { $0.outage = failure }
    }

    func expand(_ group: MailboxAddress) async throws(SourceFailure) -> Result<DirectoryReading, DirectoryFailure> {
        let (answer, outage) = state.withLock { state in
            state.asked.append(group)
            return (state.groups[group], state.outage)
        }
        if let outage { throw outage }
        let unknown = Diagnosis(id: "group.not-found", summary: "No.", remedy: "Look.")
        return answer ?? .failure(DirectoryFailure(unknown, retry: .later))
    }
}
