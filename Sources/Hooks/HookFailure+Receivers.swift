import Availability
import Foundation

/// What receivers do and leave undone, whatever the protocol. `receiver` is always ``PresenceHook/target``; what was seen
/// is text from outside and is bounded here.
extension HookFailure {
    /// The way to the receiver: its name, its address, a connection, or its silence. All deliveries wait.
    /// - Parameter seen: reads on from `cannot be reached: `, without a full stop.
    static func unreachable(_ receiver: String, seen: String) -> HookFailure {
        HookFailure(
            Diagnosis(
                id: "hook.unreachable",
                summary: "The receiver \(receiver) cannot be reached: \(told(seen)).",
                remedy: "Check that it is up, that host and port in [[hook]] are right, and that a firewall lets this "
                    + "machine through. What waits is delivered once it answers."
            ),
            retry: .later,
            scope: .receiver
        )
    }

    /// It is there, but nothing proves that it is who it should be. All deliveries wait.
    /// - Parameters:
    ///   - seen: reads on from `is not trusted: `, without a full stop.
    ///   - remedy: where there is more to say than how to trust an authority; whole sentences.
    static func untrusted(_ receiver: String, seen: String, remedy: String? = nil) -> HookFailure {
        HookFailure(
            Diagnosis(
                id: "hook.untrusted",
                summary: "The certificate of \(receiver) is not trusted: \(told(seen)).",
                remedy: remedy
                    ?? "Set ca_file in [[hook]] to a PEM file with the certificate of the authority that signed it."
            ),
            retry: .later,
            scope: .receiver
        )
    }

    /// It does not take the account, key or right that the hook comes with. All deliveries wait.
    /// - Parameters:
    ///   - seen: reads on from `refuses the login: `, without a full stop.
    ///   - remedy: the keys of `[[hook]]` and the place at the receiver to look at; whole sentences.
    static func loginRefused(_ receiver: String, seen: String, remedy: String) -> HookFailure {
        HookFailure(
            Diagnosis(
                id: "hook.login-refused",
                summary: "The receiver \(receiver) refuses the login: \(told(seen)).",
                remedy: remedy
            ),
            retry: .later,
            scope: .receiver
        )
    }

    /// It wants to be left alone for a while. All deliveries wait.
    /// - Parameters:
    ///   - seen: reads on from `is busy: `, without a full stop.
    ///   - seconds: how long, where it says so.
    static func busy(_ receiver: String, seen: String, seconds: Double?) -> HookFailure {
        let wait = seconds.map { " and wants \(AgeText.text($0.rounded(.up))) of rest" } ?? ""
        return HookFailure(
            Diagnosis(
                id: "hook.busy",
                summary: "The receiver \(receiver) is busy: \(told(seen))\(wait).",
                remedy: "Nothing: what waits is delivered later, only the newest of each user. If it goes on, see the "
                    + "load of the receiver, or lower concurrency in [[hook]]."
            ),
            retry: seconds.map { .after($0) } ?? .later,
            scope: .receiver
        )
    }

    /// It does not take this event. Others go on.
    /// - Parameters:
    ///   - seen: reads on from `does not take the event: `, without a full stop.
    ///   - retry: `.never` where the protocol says that it would not the next time either: then it is given up.
    static func rejected(
        _ receiver: String,
        seen: String,
        remedy: String? = nil,
        retry: RetryAdvice = .never
    ) -> HookFailure {
        let next =
            retry == .never ? "The next change is sent; `freebusyctl hooks --resend` sends all." : "It is sent again."
        return HookFailure(
            Diagnosis(
                id: "hook.rejected",
                summary: "The receiver \(receiver) does not take the event: \(told(seen)).",
                remedy: remedy ?? "See the log of the receiver for what it has against it. \(next)"
            ),
            retry: retry
        )
    }

    /// What answers is another thing than what should be there. All deliveries wait.
    /// - Parameter seen: reads on from `answers what is not understood: `, without a full stop.
    static func misunderstood(_ receiver: String, seen: String) -> HookFailure {
        HookFailure(
            Diagnosis(
                id: "hook.misunderstood",
                summary: "The receiver \(receiver) answers what is not understood: \(told(seen)).",
                remedy: "Check that address, port and protocol in [[hook]] are those of the receiver, and whether "
                    + "something else answers in its place."
            ),
            retry: .later,
            scope: .receiver
        )
    }

    /// The connection ended before the answer did, so nobody knows whether the event arrived: it is sent again, and the
    /// others wait for how that goes.
    static func closed(_ receiver: String) -> HookFailure {
        HookFailure(
            Diagnosis(
                id: "hook.closed",
                summary: "The receiver \(receiver) closed the connection before it had answered.",
                remedy: "See the log of the receiver, and of a proxy before it. The event is sent again, with the same "
                    + "id."
            ),
            retry: .later,
            scope: .receiver
        )
    }

    /// It wants to be told nothing any more, until an administrator says otherwise.
    /// - Parameter seen: reads on from `wants nothing more: `, without a full stop.
    static func disabled(_ receiver: String, seen: String) -> HookFailure {
        HookFailure(
            Diagnosis(
                id: "hook.disabled",
                summary: "The receiver \(receiver) wants nothing more: \(told(seen)). The hook is switched off.",
                remedy: "Take its [[hook]] out of the configuration; or set the receiver right and switch the hook on "
                    + "with `freebusyctl hooks --resend NAME`."
            ),
            retry: .never,
            scope: .hook
        )
    }

    /// As a part of a sentence that goes on, or ends, behind it.
    private static func told(_ seen: String) -> String {
        let shown = seen.shown
        return shown.hasSuffix("…") ? "\(shown) and so on" : shown
    }
}
