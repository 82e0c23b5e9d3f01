import Availability
import Exchange
import HTTPTransport
import TestSupport
import Testing

/// What the tests of notifications share.
extension Given {
    static func mailbox(_ name: String) throws -> MailboxAddress {
        try #require(MailboxAddress("\(name)@example.com"))
    }

    static func route(affinity: String? = nil) throws -> NotificationRoute {
        NotificationRoute(anchor: try mailbox("anna"), affinity: affinity)
    }

    static func notifyingOptions(
        access: EWSConnectorOptions.Access = .impersonation,
        push: PushOptions? = nil
    ) throws -> EWSConnectorOptions {
        var options = try options(access: access)
        options.notificationMethods = [.streaming, .pull]
        options.push = push
        return options
    }

    static func push(_ inbox: PushInbox) -> PushOptions {
        PushOptions(callbackURL: "https://presence.example.com:21020/ews/", statusFrequencyInMinutes: 5, inbox: inbox)
    }

    static func subscription(
        _ id: String,
        by method: NotificationMethod = .streaming,
        of name: String = "ben",
        watermark: String? = nil
    ) throws -> Subscription {
        Subscription(
            mailbox: try mailbox(name),
            id: id,
            method: method,
            route: try route(affinity: "back~1"),
            watermark: watermark,
            createdAt: now
        )
    }

    /// A channel for the subscriptions `a`, `b` and `c`.
    static func channel(_ http: ScriptedHTTP) async throws -> any ChangeChannel {
        let subscriptions = try ["a", "b", "c"].map { try subscription($0) }
        return try await connector(http, try notifyingOptions()).listen(to: subscriptions, route: try route())
    }
}

/// What a channel told until it ended, and how it ended: `nil` for the orderly way.
struct ChannelRecord: Equatable {
    var news: [[ChannelNews]] = []
    var failure: ChannelFailure?

    init(of channel: any ChangeChannel) async {
        do throws(ChannelFailure) {
            while let news = try await channel.next() { self.news.append(news) }
        } catch {
            failure = error
        }
    }

    /// All news, whatever they came with; heartbeats left out.
    var told: [ChannelNews] { news.joined().filter { $0 != .alive } }
}

extension ScriptedHTTP {
    /// The headers of the request with this number that matter for routing.
    func routing(_ number: Int = 0) -> [String: String] {
        var found: [String: String] = [:]
        for name in ["X-AnchorMailbox", "X-PreferServerAffinity", "Cookie"] {
            found[name] = requests[number].headers[name]
        }
        return found
    }

    /// Who the request with this number is made as; `nil` for the account.
    func impersonated(_ number: Int = 0) -> String? {
        let parts = bodies[number].split(separator: "<t:PrimarySmtpAddress>")
        return parts.count > 1 ? String(parts[1].prefix { $0 != "<" }) : nil
    }
}
