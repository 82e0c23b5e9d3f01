import Availability
import Foundation
import SIPMessages

extension HookFailure {
    /// No server of the receiver gave an answer.
    static func sip(_ receiver: String, _ failure: SIPLinkFailure) -> HookFailure {
        switch failure {
        case .connection(let failure): HookFailure(failure, receiver: receiver)
        case .silent: .unreachable(receiver, seen: "\(failure)")
        case .garbage: .misunderstood(receiver, seen: "\(failure)")
        case .unwritable: .rejected(receiver, seen: "\(failure)")
        }
    }

    /// The server does not let us in. It is asked seldom: accounts get locked.
    static func sipLogin(_ receiver: String, _ seen: String, retryAfter seconds: TimeInterval) -> HookFailure {
        var failure = HookFailure.loginRefused(
            receiver,
            seen: seen,
            remedy: "Check username and password_file (or password_credential) in [[hook]] against what the server "
                + "knows. It is tried again by itself, with long pauses, and at once after a change and a reload."
        )
        failure.retry = .after(seconds)
        return failure
    }

    /// The server did not do it now, and may later.
    static func sip(_ receiver: String, failed refusal: PublishRefusal) -> HookFailure {
        var failure = HookFailure.rejected(receiver, seen: refusal.text)
        failure.retry = .later
        failure.scope = refusal.concern == .server ? .receiver : .event
        return failure
    }

    static func sip(_ receiver: String, busy refusal: PublishRefusal, retryAfter seconds: Int?) -> HookFailure {
        var failure = HookFailure.busy(receiver, seen: refusal.text, seconds: seconds.map(Double.init))
        failure.scope = refusal.concern == .server ? .receiver : .event
        return failure
    }

    /// The server will not do it the next time either.
    static func sip(_ receiver: String, refused refusal: PublishRefusal) -> HookFailure {
        guard refusal.concern == .server else {
            var failure = HookFailure.rejected(receiver, seen: refusal.text)
            // It may be this user alone, or a server whose rules are wrong for a while: nothing is given up for that.
            if refusal.status == 403 { failure.retry = .later }
            return failure
        }
        var failure = HookFailure.rejected(
            receiver,
            seen: refusal.text,
            remedy: "It must be a presence server that takes PUBLISH for the event package presence (RFC 3903): see "
                + "server in [[hook]] and the modules of the server."
        )
        // Nobody gets through, until somebody changes the server.
        failure.retry = .after(300)
        failure.scope = .receiver
        return failure
    }
}

extension PublishRefusal {
    /// As the server says it.
    fileprivate var text: String { reason.isEmpty ? "it answers \(status)" : "it answers \(status) \(reason)" }
}
