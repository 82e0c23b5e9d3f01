package import Availability
import Foundation

/// Who tells in passing of automatic replies, and how often it is asked.
package struct ReplySetup: Sendable {
    /// A source, and how it is dealt with.
    package struct Source: Sendable {
        package var replies: any ReplySource
        package var tempo: ReplyTempo

        package init(_ replies: any ReplySource, tempo: ReplyTempo = ReplyTempo()) {
            self.replies = replies
            self.tempo = tempo
        }
    }

    /// At most one for each of the calendar sources, of the same name. The automatic replies of the others are read at
    /// scans alone.
    package var sources: [Source]

    package init(sources: [Source]) {
        self.sources = sources
    }
}

/// Automatic replies between the scans.
extension PresenceEngine {
    /// Begins to watch those of a connector; after its mailboxes were set to be read.
    func watchReplies(_ connector: String) async {
        let source = setup.replies?.sources.first { $0.replies.name == connector }
        guard let source, let reader = readers[connector], !isStopping else { return }
        let watcher = ReplyWatcher(
            source: source.replies,
            reader: reader,
            store: store,
            scheduler: scheduler,
            tempo: source.tempo,
            logger: logger
        )
        replyWatchers[connector] = watcher
        await watcher.serve(served(by: connector))
    }

    /// Returns when nothing of it is under way.
    func stopWatchingReplies() async {
        await withTaskGroup { group in
            for watcher in replyWatchers.values { group.addTask { await watcher.stop() } }
        }
    }

    /// Tells the connector's watcher what was read, by whose wish ever.
    func noteReplies(_ outcomes: [ReadingOutcome]) async {
        let replies = outcomes.filter { $0.part == .automaticReply }
        for (connector, outcomes) in Dictionary(grouping: replies, by: { connectorOf[$0.mailbox] ?? "" }) {
            await replyWatchers[connector]?.ended(outcomes)
        }
    }

    /// Returns when no automatic reply is being asked about or read.
    package func repliesIdle() async {
        for watcher in replyWatchers.values { await watcher.idle() }
    }
}
