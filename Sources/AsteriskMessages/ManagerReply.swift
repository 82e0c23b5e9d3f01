/// The answer to an action.
package struct ManagerReply: Hashable, Sendable {
    /// Of the action that it answers; `nil` where it does not say.
    package let actionID: String?
    package let outcome: Outcome
    private let message: AsteriskMessage

    /// How it went.
    package enum Outcome: Hashable, Sendable {
        /// Done, or (`Goodbye`) the end of the session; also any other word that is no `Error`.
        case success
        /// The action is beyond the rights of the account (`write` in manager.conf).
        case denied
        /// Not done: what Asterisk says about it, which may be nothing.
        case error(String)
    }

    /// - Returns: `nil` for what is no answer: an event.
    package init?(_ message: AsteriskMessage) {
        guard let response = message["Response"] else { return nil }
        self.message = message
        actionID = message["ActionID"]
        guard response.lowercased() == "error" else {
            outcome = .success
            return
        }
        let text = message["Message"] ?? ""
        // The protocol has no codes: this text is all there is (main/manager.c, since the first version).
        outcome = text.lowercased() == "permission denied" ? .denied : .error(text)
    }

    /// What is to be proven with ``ManagerAction/login(username:challenge:secret:)``.
    package var challenge: String? { message["Challenge"] }
}
