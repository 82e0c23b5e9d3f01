import Availability
import Foundation
import Logging

/// What an administrator reads in the log about how a connector's automatic replies are watched.
struct ReplyNarrator: Sendable {
    private let connector: String
    private let logger: Logger

    init(connector: String, logger: Logger) {
        var logger = logger
        logger[metadataKey: "connector"] = "\(connector)"
        self.connector = connector
        self.logger = logger
    }

    /// Told once, at the beginning.
    func cannotHint(_ obstacle: Diagnosis) {
        logger.notice(
            """
            Connector \(connector): Automatic replies are read one mailbox after the other. \(obstacle.summary) \
            \(obstacle.remedy)
            """,
            metadata: ["diagnosis": .stringConvertible(obstacle)]
        )
    }

    func tell(_ verdict: ReplyTrust.Verdict, at now: Date) {
        switch verdict {
        case .unproven:
            logger.notice(
                "Connector \(connector): The server is asked for hints about automatic replies again",
                metadata: ["event": "reply-hints-tried"]
            )
        case .trusted:
            logger.notice(
                """
                Connector \(connector): The server's hints about automatic replies have proven right; a mailbox is read \
                when they change, and once a day
                """,
                metadata: ["event": "reply-hints-trusted"]
            )
        case .distrusted(let until, let reason):
            let again = ClockText(zone: .current, relativeTo: now).text(until)
            logger.notice(
                """
                Connector \(connector): Automatic replies are read one mailbox after the other, as \(reason.words); tried \
                again at \(again)
                """,
                metadata: ["event": "reply-hints-left"]
            )
        }
    }
}

extension ReplyTrust.Reason {
    fileprivate var words: String {
        switch self {
        case .untold: "the server's hints say nothing of them"
        case .wrong(let mailbox): "the server's hints are wrong: they said of \(mailbox) that none is sent"
        case .refused(let diagnosis): "the server gives no hints (\(diagnosis.summary.trimmingSuffix(".")))"
        }
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
