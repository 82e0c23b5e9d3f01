import ControlAPI
import Foundation
import Testing

/// The keys that machines rely on, as bytes on the wire.
@Suite("What status and show say of notifications, for a machine")
struct NotificationKeysTests {
    private func json(_ value: some Encodable) throws -> String {
        String(decoding: try ControlJSON.encode(value), as: UTF8.self)
    }

    @Test("a connector has its way and its counts, or null where nothing tells of changes")
    func connector() throws {
        let counts = Samples.subscriptions(active: 3, pending: 2, failed: 1)
        let streaming = Samples.connector(notification: "streaming", subscriptions: counts)
        let text = try json(streaming)
        #expect(text.contains(#""notification":"streaming""#))
        #expect(text.contains(#""subscriptions":{"active":3,"failed":1,"pending":2}"#))
        #expect(try json(Samples.connector()).contains(#""notification":null"#))
    }

    @Test("a scan counts what was missed, also where that is nothing")
    func scan() throws {
        #expect(try json(Samples.scan(missed: 4)).contains(#""missed_changes":4"#))
        #expect(try json(Samples.scan()).contains(#""missed_changes":0"#))
    }

    @Test("a user has its subscription, or null; both can be read back")
    func user() throws {
        let push = SubscriptionReport(method: "push", since: Samples.now)
        let subscribed = Samples.detail(subscription: push)
        #expect(try json(subscribed).contains(#""subscription":{"method":"push","since":"2026-11-23T09:30:00Z"}"#))
        #expect(try json(Samples.detail()).contains(#""subscription":null"#))
        for detail in [subscribed, Samples.detail()] {
            #expect(try ControlJSON.decode(UserDetail.self, from: ControlJSON.encode(detail)) == detail)
        }
    }
}
