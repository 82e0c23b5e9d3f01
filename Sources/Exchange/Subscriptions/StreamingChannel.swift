import Availability
import HTTPTransport
import Synchronization

/// An open GetStreamingEvents. The connection goes as soon as there is nothing more to expect of it: some servers keep it
/// open long after they have said `Closed`.
///
/// A mutex and not an actor: there is one reader, and between two pieces nothing is done under it but to sort what came.
final class StreamingChannel: ChangeChannel {
    private struct State {
        var stream: (any StreamedAnswer)?
        var reading: StreamReading
        /// Not yet told.
        var news: [ChannelNews] = []
        var ending: StreamReading.Ending?

        mutating func settle(_ outcome: StreamReading.Outcome) {
            news = outcome.news
            if let ending = outcome.ending { end(ending) }
        }

        mutating func end(_ ending: StreamReading.Ending) {
            self.ending = ending
            stream = nil
        }
    }

    private let state: Mutex<State>
    private let classifier: FailureClassifier

    /// A channel over a stream that has begun.
    init(_ stream: any StreamedAnswer, _ reading: sending StreamReading, classifier: FailureClassifier) {
        state = Mutex(State(stream: stream, reading: reading))
        self.classifier = classifier
    }

    /// A channel that has ended already and still has something to tell.
    init(_ outcome: StreamReading.Outcome, _ reading: sending StreamReading, classifier: FailureClassifier) {
        state = Mutex(State(stream: nil, reading: reading, news: outcome.news, ending: outcome.ending))
        self.classifier = classifier
    }

    func next() async throws(ChannelFailure) -> [ChannelNews]? {
        while true {
            let (news, stream) = state.withLock { state in
                defer { state.news = [] }
                return (state.news, state.stream)
            }
            guard news.isEmpty else { return news }
            guard let stream else { return try end() }
            await read(stream)
        }
    }

    /// Waits for one piece and sorts it.
    private func read(_ stream: any StreamedAnswer) async {
        let failure: HTTPError
        do throws(HTTPError) {
            if let chunk = try await stream.nextChunk() {
                return state.withLock { $0.settle($0.reading.take(chunk)) }
            }
            // The end of the body without `Closed`.
            failure = .connectionClosed
        } catch {
            failure = error
        }
        state.withLock { state in
            state.end(.failed(classifier.channelFailure(failure, hasCarried: state.reading.hasCarried)))
        }
    }

    private func end() throws(ChannelFailure) -> [ChannelNews]? {
        if case .failed(let failure) = state.withLock(\.ending) { throw failure }
        return nil
    }
}
