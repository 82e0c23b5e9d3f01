import ConfigurationFile
import Exchange
import PresenceEngine

/// How changes of automatic replies are noticed.
extension IntegrationParts {
    /// Every connector is watched, also one without notifications, unless it is not wanted: nothing else tells of automatic
    /// replies.
    var replySetup: ReplySetup {
        let polls = Dictionary(
            uniqueKeysWithValues: configuration.connectors.map { ($0.name, $0.automaticReplyPoll) }
        )
        return ReplySetup(
            sources: sources.compactMap { source in
                guard let interval = polls[source.name] ?? nil else { return nil }
                return ReplySetup.Source(source, tempo: ReplyTempo(interval: interval))
            }
        )
    }
}
