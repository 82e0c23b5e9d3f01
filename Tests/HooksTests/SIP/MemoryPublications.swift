import Availability
import Synchronization

/// Publications that no disk keeps.
final class MemoryPublications: PublicationStore {
    private struct State {
        var kept: [Publication.Key: Publication] = [:]
        var transactions = 0
        var failures = 0
        var reads = 0
    }

    private let state = Mutex(State())

    init(_ publications: [Publication] = []) {
        state.withLock { $0.kept = Dictionary(publications.map { ($0.key, $0) }) { first, _ in first } }
    }

    var kept: [Publication] { state.withLock { Array($0.kept.values) } }
    var tags: [String] { kept.map(\.entityTag).sorted() }
    var transactions: Int { state.withLock(\.transactions) }

    /// The next so many writes fail.
    func fail(_ times: Int) {
        state.withLock { $0.failures = times }
    }

    func publications(of hook: String) async throws(StoreFailure) -> [Publication] {
        kept.filter { $0.key.hook == hook }.map {
            var publication = $0
            publication.document = nil
            return publication
        }
    }

    func documents(of publications: [Publication.Key]) async throws(StoreFailure) -> [Publication.Key: String] {
        state.withLock { state in
            Dictionary(
                publications.compactMap { key in state.kept[key]?.document.map { (key, $0) } }
            ) { first, _ in first }
        }
    }

    func keep(_ publications: [Publication]) async throws(StoreFailure) {
        try change { kept in
            for publication in publications {
                var publication = publication
                publication.document = publication.document ?? kept[publication.key]?.document
                kept[publication.key] = publication
            }
        }
    }

    func forget(_ publications: [Publication.Key]) async throws(StoreFailure) {
        try change { kept in
            for key in publications { kept[key] = nil }
        }
    }

    private func change(_ body: (inout [Publication.Key: Publication]) -> Void) throws(StoreFailure) {
        let isFailing = state.withLock { state in
            state.transactions += 1
            guard state.failures == 0 else {
                state.failures -= 1
                return true
            }
            body(&state.kept)
            return false
        }
        guard !isFailing else {
            let full = Diagnosis(id: "store.full", summary: "There is no room.", remedy: "Make room.")
            throw StoreFailure(full, retry: .later)
        }
    }
}
