import Availability
import ConfigurationFile
import ControlAPI
import Foundation
import PresenceEngine
import Store

/// The answer to `status`, put together from what the parts of the daemon say of themselves.
struct StatusReport {
    var configuration: Configuration
    var engine: EngineStatus
    var scan: ScanRecord?
    var counts: Store.UserCounts
    var hooks: [String: OutboxStatistics]
    /// Whom each hook tells.
    var targets: [String: String] = [:]
    /// When the hooks whose receivers cannot be told try them again.
    var pauses: [String: Date] = [:]
    /// What is stored of groups, whether they are in the configuration or not.
    var groups: [MailboxAddress: GroupRecord] = [:]
    var startedAt: Date
    var now: Date

    var reply: StatusReply {
        let connectors = configuration.connectors.map(report)
        let deliveries = configuration.hooks.map { options in
            HookReport(
                options,
                target: targets[options.name] ?? "",
                pausedUntil: pauses[options.name],
                statistics: hooks[options.name] ?? OutboxStatistics(),
                now: now
            )
        }
        return StatusReply(
            version: DaemonVersion.text,
            state: state(connectors, deliveries),
            startedAt: startedAt,
            users: ControlAPI.UserCounts(counts),
            connectors: connectors,
            groups: configuration.userGroups.map { GroupReport($0, record: groups[$0.address]) },
            scan: ScanReport(
                lastStartedAt: scan?.startedAt,
                lastFinishedAt: scan?.finishedAt,
                nextAt: engine.nextScanAt,
                mailboxes: scan?.mailboxes ?? 0,
                failed: scan?.failed ?? 0,
                missedChanges: engine.missedChanges
            ),
            hooks: deliveries
        )
    }

    private func report(_ options: ConnectorOptions) -> ConnectorReport {
        let status = engine.connectors.first { $0.name == options.name }
        return ConnectorReport(
            name: options.name,
            enabled: options.isEnabled,
            state: status.map { ConnectorReport.State($0) } ?? .disabled,
            ewsURL: status?.server.url ?? options.ewsURL,
            serverVersion: status?.server.version,
            serverProduct: status?.server.product,
            notification: status?.notification?.rawValue,
            subscriptions: ControlAPI.SubscriptionCounts(status),
            automaticReplies: status?.automaticReplies?.rawValue,
            nextTryAt: status?.nextTryAt,
            lastError: (status?.failure ?? status?.server.warning).map(ErrorReport.init)
        )
    }

    private func state(_ connectors: [ConnectorReport], _ hooks: [HookReport]) -> StatusReply.State {
        let states = connectors.filter(\.enabled).map(\.state)
        guard !states.isEmpty else { return .disabled }
        let answering = states.count { $0 == .online }
        if states.allSatisfy({ $0 == .connecting || $0 == .online }) {
            guard answering == states.count, scan?.finishedAt != nil else { return .starting }
            return hooks.contains { $0.state != .ok } ? .degraded : .online
        }
        return answering == 0 ? .offline : .degraded
    }
}

extension EngineStatus.Connector {
    /// When the connector is asked again after a failure, in whole seconds as on the wire.
    fileprivate var nextTryAt: Date? {
        guard case .waiting(let time) = phase else { return nil }
        return time.wholeSecond
    }
}

extension ConnectorReport.State {
    fileprivate init(_ status: EngineStatus.Connector) {
        switch status.phase {
        case .online: self = .online
        case .waiting: self = .offline
        case .refused: self = .refused
        case .connecting: self = status.failure == nil ? .connecting : .offline
        }
    }
}

extension ControlAPI.SubscriptionCounts {
    fileprivate init(_ status: EngineStatus.Connector?) {
        self.init()
        active = status?.subscriptions.active ?? 0
        pending = status?.subscriptions.pending ?? 0
        failed = status?.subscriptions.failed ?? 0
    }
}

extension ControlAPI.UserCounts {
    fileprivate init(_ counts: Store.UserCounts) {
        self.init()
        total = counts.total
        enabled = counts.enabled
        moved = counts.moved
        available = counts.byPresence[.available, default: 0]
        meeting = counts.byPresence[.meeting, default: 0]
        away = counts.byPresence[.away, default: 0]
        unknown = counts.byPresence[.unknown, default: 0]
        stale = counts.byFreshness[.stale, default: 0]
    }
}

extension HookReport {
    fileprivate init(
        _ options: HookOptions,
        target: String,
        pausedUntil: Date?,
        statistics: OutboxStatistics,
        now: Date
    ) {
        let isPaused = pausedUntil != nil
        let state: State =
            statistics.disabledAt != nil ? .disabled : isPaused ? .paused : statistics.isFailing ? .failing : .ok
        self.init(
            name: options.name,
            kind: options.kind.rawValue,
            target: target,
            state: state,
            retryAt: state == .paused ? pausedUntil.flatMap { $0 > now ? $0.wholeSecond : nil } : nil,
            queued: statistics.queued,
            delivered: statistics.delivered,
            failed: statistics.failed,
            lastError: statistics.lastError,
            lastErrorAt: statistics.lastErrorAt,
            oldestAgeSeconds: statistics.oldestAt.map { max(0, Int(now.timeIntervalSince($0))) }
        )
    }
}

extension OutboxStatistics {
    /// Whether something waits that was there when a delivery failed. What came later says nothing yet.
    fileprivate var isFailing: Bool {
        guard let lastErrorAt, let oldestAt else { return false }
        return queued > 0 && oldestAt <= lastErrorAt
    }
}
