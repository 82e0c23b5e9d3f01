import AsteriskMessages
import Availability

extension HookFailure {
    /// Seconds until a login that was refused is tried again: what the PBX has against it is mended by a person, and
    /// its guards may lock out who tries often.
    private static let restAfterRefusal = 300.0

    /// The account of the manager interface was not taken.
    static func managerLoginRefused(_ receiver: String, username: String, seen: String) -> HookFailure {
        var failure = loginRefused(
            receiver,
            seen: "Asterisk says \"\(seen)\" to the account \(username)",
            remedy: "Compare username and secret in [[hook]] with the section of that name in Asterisk's manager.conf, "
                + "and its permit lines with the address of this machine; then `manager reload` in Asterisk."
        )
        failure.retry = .after(restAfterRefusal)
        return failure
    }

    /// The account may log in, but not set states.
    static func managerRightMissing(_ receiver: String, username: String) -> HookFailure {
        var failure = loginRefused(
            receiver,
            seen: "the account \(username) may not set states (Permission denied)",
            remedy: "Give it write = call in Asterisk's manager.conf, then `manager reload` in Asterisk."
        )
        failure.retry = .after(restAfterRefusal)
        return failure
    }

    /// Asterisk did not set a state. Others may go well; and what is amiss may be mended, so that it is tried again.
    static func stateNotSet(_ receiver: String, seen: String) -> HookFailure {
        var failure = rejected(
            receiver,
            seen: "it says \"\(seen)\"",
            remedy:
                "Check in Asterisk with `module show like func_` that func_presencestate.so and func_devstate.so are "
                + "loaded, or set presence_state or device_state in [[hook]] to \"\" for what is not wanted."
        )
        failure.retry = .later
        return failure
    }
}
