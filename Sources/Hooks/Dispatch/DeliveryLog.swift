import Availability
import Foundation
import Logging

/// The lines the dispatcher writes. Keys: `hook`, `user`, `delivery`, `diagnosis`, `failures`, `event`.
///
/// Which hook, for whom and why stand in the text as well: outside of the journal nothing else is seen.
struct DeliveryLog: Sendable {
    let logger: Logger

    func delivered(_ entry: OutboxEntry) {
        logger.debug("Hook \(entry.hook) delivered an event of \(entry.event.user)", metadata: Self.metadata(entry))
    }

    /// Not for each failure: the caller limits them.
    func failed(_ entry: OutboxEntry, _ failure: HookFailure, failures: Int, retryAfter delay: TimeInterval) {
        let metadata = Self.metadata(entry).merging(Self.metadata(failure)) { first, _ in first }
        let count = failures > 1 ? ", \(failures) failures in a row" : ""
        logger.warning(
            """
            Hook \(entry.hook) failed for \(entry.event.user)\(count), \
            tried again in \(AgeText.text(delay.rounded(.up))): \(Self.text(failure))
            """,
            metadata: metadata.merging(["failures": "\(failures)"]) { first, _ in first }
        )
    }

    func gaveUp(_ entry: OutboxEntry, _ failure: HookFailure) {
        let metadata = Self.metadata(entry).merging(Self.metadata(failure)) { first, _ in first }
        logger.error(
            "Hook \(entry.hook) failed for \(entry.event.user) for good, not tried again: \(Self.text(failure))",
            metadata: metadata
        )
    }

    func recovered(hook: String, failures: Int) {
        logger.notice(
            "Hook \(hook) delivers again after \(failures) \(failures == 1 ? "failure" : "failures")",
            metadata: ["event": "hook-recovered", "hook": "\(hook)", "failures": "\(failures)"]
        )
    }

    func storeFailed(_ failure: StoreFailure, failures: Int) {
        logger.error(
            "Outbox failed and will be tried again: \(Self.text(failure))",
            metadata: Self.metadata(failure).merging(["failures": "\(failures)"]) { first, _ in first }
        )
    }

    func storeRecovered(failures: Int) {
        logger.notice("Outbox works again", metadata: ["event": "outbox-recovered", "failures": "\(failures)"])
    }

    static func metadata(_ entry: OutboxEntry) -> Logger.Metadata {
        ["hook": "\(entry.hook)", "user": "\(entry.event.user)", "delivery": "\(entry.event.id)"]
    }

    static func metadata(_ error: some ExplainedError) -> Logger.Metadata {
        ["diagnosis": .stringConvertible(error.diagnosis)]
    }

    static func text(_ error: some ExplainedError) -> String {
        "\(error.diagnosis.summary) \(error.diagnosis.remedy)"
    }
}
