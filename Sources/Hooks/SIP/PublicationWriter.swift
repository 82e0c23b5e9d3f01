import Availability
import SerialQueue

/// Writes down what a server keeps for us: all that waits goes into one transaction.
///
/// Whoever has something written waits until it is on the disk: a tag that is lost leaves a publication behind at the
/// server that nobody can take back.
actor PublicationWriter {
    enum Change: Sendable {
        case keep(Publication)
        case forget(Publication.Key)
    }

    private typealias Outcome = Result<Void, StoreFailure>

    private let serial = SerialQueue(label: "freebusyd.publications")
    nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    private let store: any PublicationStore
    private var waiting: [(change: Change, continuation: CheckedContinuation<Outcome, Never>)] = []
    private var isWriting = false

    init(store: any PublicationStore) {
        self.store = store
    }

    /// Returns when it is stored. Bounded by those who wait: no more than the hook has under way.
    func write(_ change: Change) async throws(StoreFailure) {
        let outcome: Outcome = await withCheckedContinuation { continuation in
            waiting.append((change, continuation))
            writeSoon()
        }
        try outcome.get()
    }

    private func writeSoon() {
        guard !isWriting else { return }
        isWriting = true
        Task { await writeAll() }
    }

    private func writeAll() async {
        while !waiting.isEmpty {
            let batch = waiting
            waiting = []
            let outcome = await write(batch.map(\.change))
            for entry in batch { entry.continuation.resume(returning: outcome) }
        }
        isWriting = false
    }

    /// Nobody has two changes of one publication under way, so that the order within a batch does not matter.
    private func write(_ changes: [Change]) async -> Outcome {
        var kept: [Publication] = []
        var forgotten: [Publication.Key] = []
        for change in changes {
            switch change {
            case .keep(let publication): kept.append(publication)
            case .forget(let key): forgotten.append(key)
            }
        }
        do throws(StoreFailure) {
            if !kept.isEmpty { try await store.keep(kept) }
            if !forgotten.isEmpty { try await store.forget(forgotten) }
            return .success(())
        } catch {
            return .failure(error)
        }
    }
}
