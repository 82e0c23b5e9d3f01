import Availability
import EWSMessages

/// Turns the pieces of a stream into news, and sees when it ends. Knows nothing of connections.
struct StreamReading {
    /// How a stream ends that says so itself.
    enum Ending: Sendable {
        /// In the orderly way, or since there is nothing left to carry.
        case closed
        case failed(ChannelFailure)
    }

    /// What one piece of the body said.
    struct Outcome: Sendable {
        var news: [ChannelNews] = []
        /// Comes behind the news.
        var ending: Ending?
    }

    /// Whether an envelope has come yet.
    private(set) var hasCarried = false
    private let classifier: FailureClassifier
    private let anchor: String
    private let reader = StreamingEventsReader()
    /// Whose loss is not told yet.
    private var remaining: Set<String>
    private let ids: [String]

    init(of ids: [String], anchor: String, classifier: FailureClassifier) {
        self.ids = ids
        self.anchor = anchor
        self.classifier = classifier
        remaining = Set(ids)
    }

    /// Takes the next piece. All its envelopes become one piece of news of each kind; what follows an ending is ignored.
    mutating func take(_ bytes: [UInt8]) -> Outcome {
        var replies: [StreamingEventsReader.Reply] = []
        var batch = Batch()
        do throws(EWSDecodingError) {
            try reader.feed(bytes[...]) { replies.append($0) }
        } catch {
            batch.malformed = error
        }
        for reply in replies where batch.ending == nil { sort(reply, into: &batch) }
        if batch.ending == nil, let error = batch.malformed { batch.ending = .failed(classifier.channelFailure(error)) }
        return batch.outcome
    }

    private mutating func sort(_ reply: StreamingEventsReader.Reply, into batch: inout Batch) {
        hasCarried = true
        switch reply.result {
        case .fault(let fault):
            if let code = fault.responseCode, classifier.tellsOfLoss(code) {
                lose(ids, in: &batch)
            } else {
                batch.ending = .failed(classifier.channelFailure(fault, anchor: anchor))
            }
        case .success(let response):
            batch.isAlive = true
            // A server that started again may give an id that is not ours; it means nothing to us.
            for notification in response.notifications
            where notification.tellsOfChange && ids.contains(notification.subscriptionId) {
                batch.changed.append(notification.subscriptionId)
            }
            if response.responseMessage.responseCode != .noError { sortError(response, into: &batch) }
            if batch.ending == nil, response.connectionStatus == .closed { batch.ending = .closed }
        }
    }

    private mutating func sortError(_ response: GetStreamingEventsResponse, into batch: inout Batch) {
        let code = response.responseMessage.responseCode
        let messageXml = response.responseMessage.messageXml
        if let failure = classifier.wholeChannelFailure(code, messageXml) {
            batch.ending = .failed(failure)
        } else if !response.errorSubscriptionIds.isEmpty {
            // Whatever the code: these are in error and the others go on. A new subscription will tell the reason.
            lose(response.errorSubscriptionIds, in: &batch)
        } else if classifier.tellsOfLoss(code) {
            lose(ids, in: &batch)
        } else {
            batch.ending = .failed(classifier.channelFailure(code, messageXml, anchor: anchor))
        }
    }

    /// A server tells the same loss again and again.
    private mutating func lose(_ lost: [String], in batch: inout Batch) {
        for id in lost where remaining.remove(id) != nil { batch.lost.append(id) }
        if remaining.isEmpty { batch.ending = .closed }
    }
}

extension StreamReading {
    /// What the envelopes of one piece say together.
    private struct Batch {
        var isAlive = false
        var changed: [String] = []
        var lost: [String] = []
        var malformed: EWSDecodingError?
        var ending: Ending?

        var outcome: Outcome {
            var news: [ChannelNews] = []
            var known: Set<String> = []
            let changed = changed.filter { known.insert($0).inserted }
            // Changes first, while their ids still mean something.
            if !changed.isEmpty { news.append(.changed(changed)) }
            if !lost.isEmpty { news.append(.lost(lost)) }
            if news.isEmpty, isAlive, !isFailed { news.append(.alive) }
            return Outcome(news: news, ending: ending)
        }

        private var isFailed: Bool { if case .failed = ending { true } else { false } }
    }
}
