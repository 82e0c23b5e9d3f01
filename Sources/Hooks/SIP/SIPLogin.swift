import HTTPTransport
import SIPMessages

/// What proves to a server who asks: the answers to its challenges, each used again for as long as the server takes its
/// nonce, for whichever user (RFC 7616, 3.4; RFC 3261, 22).
struct SIPLogin: Sendable {
    /// What is to be done after a challenge.
    enum Verdict: Hashable, Sendable {
        /// Ask again, with the fields as they are now.
        case again
        /// Nothing helps; a clause without a full stop.
        case refused(String)
    }

    /// What one request was sent with, and how often it was challenged.
    struct Trial: Sendable {
        fileprivate var nonces: [Bool: String] = [:]
        fileprivate var fresh: [Bool: Int] = [:]
    }

    /// Answers of one request to nonces of its own. A second one only where the server says that the first was right
    /// but too late, so that a wrong password is tried once.
    private static let mostFresh = 2

    private let credentials: SIPPublishHook.Credentials?
    /// By whether it is for a proxy.
    private var answers: [Bool: DigestAnswer] = [:]

    init(_ credentials: SIPPublishHook.Credentials?) {
        self.credentials = credentials
    }

    /// The fields for the next request.
    mutating func headers(method: String, uri: String, for trial: inout Trial) -> [SIPHeader] {
        [false, true].compactMap { isProxy in
            guard let nonce = answers[isProxy]?.challenge.nonce else { return nil }
            trial.nonces[isProxy] = nonce
            return answers[isProxy]?.header(method: method, uri: uri)
        }
    }

    /// - Parameters:
    ///   - response: 401 or 407.
    ///   - ownNonce: letters and digits that nobody can guess.
    mutating func challenged(by response: SIPResponse, in trial: inout Trial, ownNonce: String) -> Verdict {
        guard let credentials else { return .refused("it asks for a login (\(response.status)) and the hook has none") }
        guard let challenge = DigestChallenge.strongest(in: response) else {
            return .refused("it asks for a login (\(response.status)) of a kind that is not known here")
        }
        let isProxy = challenge.isProxy
        let fresh = trial.fresh[isProxy, default: 0]
        // Another request was challenged meanwhile, and its answer may be good for this one too.
        let (present, sent) = (answers[isProxy]?.challenge.nonce, trial.nonces[isProxy])
        if fresh == 0, let present, let sent, present != sent { return .again }
        guard fresh == 0 || (challenge.isStale && fresh < Self.mostFresh) else {
            answers[isProxy] = nil
            return .refused("it does not take user name and password (\(response.status))")
        }
        guard
            let answer = DigestAnswer(
                to: challenge,
                username: credentials.username,
                password: credentials.password.reveal(),
                ownNonce: ownNonce
            )
        else { return .refused("this machine cannot make an answer with \(challenge.algorithm.rawValue)") }
        trial.fresh[isProxy] = fresh + 1
        answers[isProxy] = answer
        return .again
    }
}
