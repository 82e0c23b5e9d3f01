import Availability
import Logging

/// The lines a hook writes of what goes on between deliveries. Keys: `hook`, `user`, `diagnosis`, `failures`, `event`.
struct PublicationLog: Sendable {
    let hook: String
    let logger: Logger

    /// Not for each failure: the caller limits them.
    func notRefreshed(_ key: Publication.Key, _ failure: HookFailure) {
        logger.warning(
            "Hook \(hook) could not refresh the presence of \(key.user): \(Self.text(failure))",
            metadata: ["hook": "\(hook)", "user": "\(key.user)", "diagnosis": .stringConvertible(failure.diagnosis)]
        )
    }

    func recovered(_ failures: Int) {
        logger.notice(
            "Hook \(hook) refreshes again after \(failures) \(failures == 1 ? "failure" : "failures")",
            metadata: ["event": "hook-recovered", "hook": "\(hook)", "failures": "\(failures)"]
        )
    }

    func notLoaded(_ failure: HookFailure) {
        logger.error(
            "Hook \(hook) cannot read what it has published and will try again: \(Self.text(failure))",
            metadata: ["hook": "\(hook)", "diagnosis": .stringConvertible(failure.diagnosis)]
        )
    }

    private static func text(_ error: some ExplainedError) -> String {
        "\(error.diagnosis.summary) \(error.diagnosis.remedy)"
    }
}
