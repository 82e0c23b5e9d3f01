import ControlAPI
import Foundation
import TestSupport

/// What a daemon might answer, at half past nine on a Monday.
enum Samples {
    static let now = time("2026-11-23T09:30:00Z")

    static func user(
        _ address: String = "alice@example.com",
        phoneExtension: String? = "201",
        name: String? = nil,
        enabled: Bool = true,
        connector: String = "hq",
        moved: MoveReport? = nil,
        presence: String = "available",
        until: Date? = nil,
        reason: String = "none",
        freshness: String = "fresh",
        age: Int? = 120,
        diagnosis: String? = nil
    ) -> UserSummary {
        UserSummary(
            address: address,
            phoneExtension: phoneExtension,
            displayName: name,
            enabled: enabled,
            connector: connector,
            moved: moved,
            presence: presence,
            since: nil,
            until: until,
            reason: reason,
            freshness: freshness,
            dataAgeSeconds: age,
            diagnosis: diagnosis
        )
    }

    static func detail(
        _ summary: UserSummary = user(),
        appointments: [AppointmentReport] = [],
        reply: AutomaticReplyReport? = nil,
        override: OverrideReport? = nil,
        subscription: SubscriptionReport? = nil,
        covered: (from: String, until: String)? = ("2026-11-23T00:00:00Z", "2026-12-01T00:00:00Z"),
        lastError: ErrorReport? = nil
    ) -> UserDetail {
        UserDetail(
            summary: summary,
            appointments: appointments,
            automaticReply: reply,
            override: override,
            subscription: subscription,
            explanation: ["automatic reply off"],
            coveredFrom: covered.map { time($0.from) },
            coveredUntil: covered.map { time($0.until) },
            lastError: lastError
        )
    }

    static func connector(
        _ state: ConnectorReport.State = .online,
        url: String = "https://mail.example.com/ews/exchange.asmx",
        notification: String? = nil,
        subscriptions: SubscriptionCounts = SubscriptionCounts(),
        automaticReplies: String? = nil,
        nextTryAt: Date? = nil,
        lastError: ErrorReport? = nil
    ) -> ConnectorReport {
        ConnectorReport(
            name: "hq",
            enabled: true,
            state: state,
            ewsURL: url,
            serverVersion: nil,
            serverProduct: nil,
            notification: notification,
            subscriptions: subscriptions,
            automaticReplies: automaticReplies,
            nextTryAt: nextTryAt,
            lastError: lastError
        )
    }

    static func status(
        connectors: [ConnectorReport] = [connector()],
        groups: [GroupReport] = [],
        scan: ScanReport = scan(),
        hooks: [HookReport] = []
    ) -> StatusReply {
        StatusReply(
            version: "1.2.3",
            state: .online,
            startedAt: now - 3_600,
            users: UserCounts(),
            connectors: connectors,
            groups: groups,
            scan: scan,
            hooks: hooks
        )
    }

    static func subscriptions(active: Int, pending: Int = 0, failed: Int = 0) -> SubscriptionCounts {
        var counts = SubscriptionCounts()
        (counts.active, counts.pending, counts.failed) = (active, pending, failed)
        return counts
    }

    static func scan(isFinished: Bool = true, mailboxes: Int = 2, failed: Int = 0, missed: Int = 0) -> ScanReport {
        ScanReport(
            lastStartedAt: now - 600,
            lastFinishedAt: isFinished ? now - 540 : nil,
            nextAt: nil,
            mailboxes: mailboxes,
            failed: failed,
            missedChanges: missed
        )
    }

    /// An error whose words fill more than a line.
    static let longError = ErrorReport(
        diagnosis: "tls.expired",
        summary: String(repeating: "The certificate of the server has run out. ", count: 5),
        remedy: String(repeating: "Renew the certificate of the server, then wait. ", count: 5),
        at: now - 60
    )

    static func change(user: String = "alice@example.com", reason: String = "appointment") -> PresenceChange {
        PresenceChange(
            id: "E1",
            sequence: 1,
            user: user,
            phoneExtension: nil,
            presence: "meeting",
            previous: "available",
            since: now,
            until: now + 1_800,
            reason: reason,
            freshness: "fresh",
            announcement: nil,
            at: now + 7
        )
    }
}
