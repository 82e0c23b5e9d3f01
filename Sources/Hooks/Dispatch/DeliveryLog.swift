import Availability
import Logging

/// The lines the dispatcher writes. Keys: `hook`, `user`, `diagnosis`, `summary`, `remedy`, `failures`.
struct DeliveryLog: Sendable {
    let logger: Logger

    func delivered(_ entry: OutboxEntry) {
        logger.debug("Hook delivered", metadata: Self.metadata(entry))
    }

    /// Not for each failure: the caller limits them.
    func failed(_ entry: OutboxEntry, _ failure: HookFailure, failures: Int) {
        let metadata = Self.metadata(entry).merging(Self.metadata(failure)) { first, _ in first }
        logger.warning(
            "Hook failed and will be tried again",
            metadata: metadata.merging(["failures": "\(failures)"]) { first, _ in first }
        )
    }

    func gaveUp(_ entry: OutboxEntry, _ failure: HookFailure) {
        let metadata = Self.metadata(entry).merging(Self.metadata(failure)) { first, _ in first }
        logger.error("Hook failed for good and the event is given up", metadata: metadata)
    }

    func recovered(hook: String, failures: Int) {
        logger.notice("Hook works again", metadata: ["hook": "\(hook)", "failures": "\(failures)"])
    }

    func storeFailed(_ failure: StoreFailure, failures: Int) {
        logger.error(
            "Outbox failed and will be tried again",
            metadata: Self.metadata(failure).merging(["failures": "\(failures)"]) { first, _ in first }
        )
    }

    func storeRecovered(failures: Int) {
        logger.notice("Outbox works again", metadata: ["failures": "\(failures)"])
    }

    private static func metadata(_ entry: OutboxEntry) -> Logger.Metadata {
        ["hook": "\(entry.hook)", "user": "\(entry.event.user)", "event": "\(entry.event.id)"]
    }

    private static func metadata(_ error: some ExplainedError) -> Logger.Metadata {
        let diagnosis = error.diagnosis
        return [
            "diagnosis": "\(diagnosis.id)", "summary": "\(diagnosis.summary)", "remedy": "\(diagnosis.remedy)",
        ]
    }
}
