import Hummingbird

/// The part of `/_sim/` that shows subscriptions and disturbs streams.
struct NotificationRoutes: Sendable {
    let notifications: Notifications

    func add(to group: RouterGroup<SimulatorContext>) {
        group.get("subscriptions") { _, _ in
            ControlJSON.response(await notifications.subscriptions.map(SubscriptionReport.init))
        }
        group.get("streams") { _, _ in ControlJSON.response(["streams": await notifications.streams]) }
        group.post("streams") { request, _ in
            guard let order = await ControlJSON.order(StreamOrder.self, from: request) else {
                let faults = Notifications.StreamFault.allCases.map(\.rawValue).joined(separator: ", ")
                return ControlJSON.problem("expected {\"do\": one of \(faults)}")
            }
            return ControlJSON.response(["streams": await notifications.suffer(order.do)])
        }
        group.post("hostile") { request, _ in
            guard let order = await ControlJSON.order(HostileOrder.self, from: request) else {
                let kinds = HostileEnvelope.allCases.map(\.rawValue).joined(separator: ", ")
                return ControlJSON.problem("expected {\"what\": one of \(kinds)}")
            }
            return ControlJSON.response(["streams": await notifications.send(order.what)])
        }
        group.post("lose") { request, _ in
            guard let order = await ControlJSON.order(LossOrder.self, from: request), order.changes >= 0 else {
                return ControlJSON.problem("expected {\"changes\": N}")
            }
            await notifications.lose(changes: order.changes)
            return ControlJSON.response(["lose_changes": order.changes])
        }
        group.post("restart") { _, _ in
            await notifications.restart()
            return ControlJSON.response(["subscriptions": 0])
        }
    }
}

/// A subscription as the control interface shows it.
struct SubscriptionReport: Encodable {
    var id: String
    var mailbox: String
    /// The mailbox it is charged to.
    var account: String
    var backEnd: Int
    /// `streaming`, `pull` or `push`.
    var delivery: String
    /// Whether a stream carries it at the moment.
    var isStreamed: Bool

    init(_ subscription: Subscription) {
        id = subscription.id
        mailbox = subscription.wish.mailbox
        account = subscription.wish.account
        backEnd = subscription.wish.backEnd
        delivery =
            switch subscription.wish.delivery {
            case .streaming: "streaming"
            case .pull: "pull"
            case .push: "push"
            }
        isStreamed = subscription.connection != nil
    }
}

/// `POST /_sim/streams`.
struct StreamOrder: Decodable {
    var `do`: Notifications.StreamFault
}

/// `POST /_sim/hostile`.
struct HostileOrder: Decodable {
    var what: HostileEnvelope
}

/// `POST /_sim/lose`.
struct LossOrder: Decodable {
    var changes: Int
}
