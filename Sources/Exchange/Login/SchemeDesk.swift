import Availability
import Synchronization

/// Keeps what was chosen for each server, and sees to it that each is asked once at a time.
///
/// A mutex and not an actor, since nothing is done under it but a look and a change in passing.
final class SchemeDesk: Sendable {
    typealias Answer = Result<OfferedSchemes, SourceFailure>

    /// A connector has one server, and a few while it is looked for.
    private static let mostServers = 32

    private struct State {
        var choices: [String: SchemeChoice] = [:]
        var asking: [String: Task<Answer, Never>] = [:]
    }

    private let means: [LoginScheme]
    private let state = Mutex(State())

    /// - Parameter means: the strongest first.
    init(means: [LoginScheme]) {
        self.means = means
    }

    func choice(for endpoint: EWSEndpoint) -> SchemeChoice {
        state.withLock { $0.choices[endpoint.url] } ?? SchemeChoice(means: means)
    }

    func learn(_ offered: OfferedSchemes, of endpoint: EWSEndpoint) {
        change(endpoint) { $0.learn(offered) }
    }

    /// - Returns: what takes its place, and whether that is news; `nil` where nothing does.
    func setAside(_ scheme: LoginScheme, at endpoint: EWSEndpoint) -> (next: LoginScheme, isNews: Bool)? {
        change(endpoint) { choice in
            let isNews = !choice.setAside.contains(scheme)
            guard choice.setAside(scheme), let next = choice.scheme else { return nil }
            return (next, isNews)
        }
    }

    /// The server is asked anew before the next request.
    func forget(_ endpoint: EWSEndpoint) {
        state.withLock { $0.choices[endpoint.url] = nil }
    }

    func forgetAll() {
        state.withLock { $0.choices = [:] }
    }

    /// Asks, or waits for the answer that somebody else has asked for.
    func asking(of endpoint: EWSEndpoint, _ ask: @escaping @Sendable () async -> Answer) async -> Answer {
        let task = state.withLock { state in
            if let task = state.asking[endpoint.url] { return task }
            let task = Task {
                let answer = await ask()
                self.state.withLock { $0.asking[endpoint.url] = nil }
                return answer
            }
            state.asking[endpoint.url] = task
            return task
        }
        return await task.value
    }

    private func change<Outcome>(_ endpoint: EWSEndpoint, _ change: (inout SchemeChoice) -> Outcome) -> Outcome {
        state.withLock { state in
            if state.choices.count >= Self.mostServers, state.choices[endpoint.url] == nil { state.choices = [:] }
            var choice = state.choices[endpoint.url] ?? SchemeChoice(means: means)
            defer { state.choices[endpoint.url] = choice }
            return change(&choice)
        }
    }
}
