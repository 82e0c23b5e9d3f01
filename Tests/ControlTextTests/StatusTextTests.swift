import ControlAPI
import ControlText
import Foundation
import TestSupport
import Testing

@Suite("status, for a person")
struct StatusTextTests {
    private func lines(_ status: StatusReply) -> [String] {
        StatusText(status, now: Samples.now, zone: .gmt).lines
    }

    private func line(_ heading: String, of status: StatusReply) -> String? {
        lines(status).first { $0.hasPrefix(heading) }
    }

    @Test("fits 80 columns whatever servers and hooks say, and keeps the column on the left")
    func width() {
        let hook = HookReport(
            name: "phone",
            kind: "exec",
            target: "/bin/tell",
            state: .failing,
            queued: 1,
            delivered: 0,
            failed: 1,
            lastError: String(repeating: "It ended with status 7 and said \u{1B}[31mno. ", count: 5)
        )
        let url = "https://mail.example.com/" + String(repeating: "ews/", count: 30)
        let status = Samples.status(
            connectors: [Samples.connector(url: url, lastError: Samples.longError)],
            hooks: [hook]
        )
        for line in lines(status).dropFirst() {
            #expect(line.count <= 80)
            #expect(line.dropFirst(10).hasPrefix(" "))
            #expect(!line.contains("\u{1B}"))
        }
        #expect(lines(status).map { $0.dropFirst(11) }.joined().contains(url))
        #expect(
            lines(status).contains {
                $0.hasPrefix("Hook       phone (exec): failing, 0 delivered, 1 waiting, 1 failed attempt")
            }
        )
    }

    @Test("a hook that is paused says when its receiver is tried again, one that is disabled that it is")
    func hookStates() {
        var hook = HookReport(
            name: "pbx",
            kind: "webhook",
            target: "https://pbx.example.com",
            state: .paused,
            retryAt: Samples.now + 240,
            queued: 7,
            delivered: 5,
            failed: 2,
            lastError: nil
        )
        let rest = "5 delivered, 7 waiting"
        let next = line("Hook", of: Samples.status(hooks: [hook]))
        #expect(next?.hasPrefix("Hook       pbx (webhook): paused, next try in 4 min, \(rest)") == true)
        hook.retryAt = nil
        let now = line("Hook", of: Samples.status(hooks: [hook]))
        #expect(now?.hasPrefix("Hook       pbx (webhook): paused, being tried, \(rest)") == true)
        hook.state = .disabled
        let disabled = line("Hook", of: Samples.status(hooks: [hook]))
        #expect(disabled == "Hook       pbx (webhook): disabled, \(rest), 2 failed attempts")
        hook.state = .ok
        let mended = line("Hook", of: Samples.status(hooks: [hook]))
        #expect(mended == "Hook       pbx (webhook): \(rest), 2 failed attempts")
    }

    @Test(
        "a scan says how it is, and whom it waits for",
        arguments: [
            (Samples.scan(), [], "Scan       finished 09:21, 2 users, 0 failed"),
            (Samples.scan(mailboxes: 1), [], "Scan       finished 09:21, 1 user, 0 failed"),
            (Samples.scan(isFinished: false), [], "Scan       running since 09:20, 2 users"),
            (Samples.scan(isFinished: false), [.online], "Scan       running since 09:20, 2 users"),
            (Samples.scan(isFinished: false), [.offline], "Scan       begun 09:20, 2 users, waiting for connector hq"),
            (Samples.scan(isFinished: false), [.refused], "Scan       begun 09:20, 2 users, waiting for connector hq"),
        ] as [(ScanReport, [ConnectorReport.State], String)]
    )
    func scans(scan: ScanReport, states: [ConnectorReport.State], expected: String) {
        let status = Samples.status(connectors: states.map { Samples.connector($0) }, scan: scan)
        #expect(line("Scan", of: status) == expected)
    }

    @Test(
        "a group says how many it gives, and when that was found out",
        arguments: [
            (1, 0, nil, "Group      team@example.com: 1 member, not read yet"),
            (12, 3, Samples.now - 600, "Group      team@example.com: 12 members, 3 others left out, read 09:20"),
        ] as [(Int, Int, Date?, String)]
    )
    func groups(users: Int, leftOut: Int, readAt: Date?, expected: String) {
        var group = GroupReport(
            address: "team@example.com",
            connector: "hq",
            users: users,
            leftOut: leftOut,
            lastRefreshedAt: readAt,
            lastError: nil
        )
        #expect(line("Group", of: Samples.status(groups: [group])) == expected)
        group.lastError = ErrorReport(diagnosis: "group.empty", summary: "Empty.", remedy: "Look.", at: Samples.now)
        let lines = lines(Samples.status(groups: [group]))
        #expect(lines.contains("           09:30 group.empty: Empty."))
        #expect(lines.contains("           → Look."))
        #expect(line("Group", of: Samples.status()) == nil)
    }

    @Test("a scan that failed for some says where to see for whom")
    func failedScan() {
        #expect(lines(Samples.status(scan: Samples.scan(failed: 1))).contains { $0.contains("`freebusyctl users`") })
        #expect(!lines(Samples.status()).contains { $0.contains("`freebusyctl users`") })
    }

    @Test(
        "a connector says when it is tried again",
        arguments: [
            (ConnectorReport.State.online, nil, "online"), (.connecting, nil, "connecting"),
            (.offline, 42, "offline, next try in 42 s"), (.offline, nil, "offline, being tried"),
            (.refused, nil, "refused, not tried again by itself"),
        ] as [(ConnectorReport.State, TimeInterval?, String)]
    )
    func connectors(state: ConnectorReport.State, wait: TimeInterval?, words: String) {
        let connector = Samples.connector(state, url: "https://x", nextTryAt: wait.map { Samples.now + $0 })
        #expect(line("Connector", of: Samples.status(connectors: [connector])) == "Connector  hq: \(words), https://x")
    }

    @Test(
        "a connector says how it is told of changes, and of whom",
        arguments: [
            (Samples.subscriptions(active: 200), "streaming", "changes by streaming: 200 of 200 subscribed"),
            (
                Samples.subscriptions(active: 150, pending: 40, failed: 10), "streaming",
                "changes by streaming: 150 of 200 subscribed, 40 pending, 10 failed"
            ),
            (Samples.subscriptions(active: 1), "pull", "changes by pull: 1 of 1 subscribed"),
            (
                Samples.subscriptions(active: 0, failed: 2), "push",
                "changes by push: 0 of 2 subscribed, 2 failed"
            ),
            (Samples.subscriptions(active: 0), "push", "changes by push: nobody to subscribe to"),
        ]
    )
    func notifications(counts: SubscriptionCounts, method: String, words: String) throws {
        let connector = Samples.connector(url: "https://x", notification: method, subscriptions: counts)
        let lines = lines(Samples.status(connectors: [connector]))
        let start = try #require(lines.firstIndex(of: "Connector  hq: online, https://x"))
        #expect(lines[start + 1] == "           \(words)")
    }

    @Test("a connector that is told of no changes says nothing of it")
    func noNotifications() {
        #expect(!lines(Samples.status()).contains { $0.contains("changes") })
    }

    @Test("the most users there can be still fit 80 columns")
    func manySubscriptions() {
        let counts = Samples.subscriptions(active: 100_000, pending: 100_000, failed: 100_000)
        let status = Samples.status(
            connectors: [Samples.connector(notification: "streaming", subscriptions: counts)],
            scan: Samples.scan(missed: 1_000_000_000)
        )
        #expect(lines(status).allSatisfy { $0.count <= 80 })
    }

    @Test(
        "a scan says how much no notification told of, if anything",
        arguments: [
            (0, nil), (1, "           1 change found that no notification told of"),
            (7, "           7 changes found that no notification told of"),
        ] as [(Int, String?)]
    )
    func missedChanges(missed: Int, expected: String?) {
        for isFinished in [true, false] {
            let lines = lines(Samples.status(scan: Samples.scan(isFinished: isFinished, missed: missed)))
            #expect(lines.first { $0.contains("notification") } == expected)
        }
    }
}
