import Availability
import Foundation
import Store
import Testing

@Suite("Remembered subscriptions")
struct SubscriptionTests {
    let workplace: Workplace
    let database: PresenceDatabase

    init() async throws {
        workplace = try await Workplace(users: [user("ada")])
        database = workplace.database
    }

    private func subscription(
        _ id: String,
        to name: String,
        _ method: NotificationMethod = .streaming,
        at time: Date = monday
    ) throws -> Subscription {
        let route = NotificationRoute(anchor: try mailbox("ada"), affinity: "back end 7")
        return Subscription(mailbox: try mailbox(name), id: id, method: method, route: route, createdAt: time)
    }

    @Test("come back as they were, but for the watermark and parts of a second", arguments: NotificationMethod.allCases)
    func roundTrip(method: NotificationMethod) async throws {
        var whole = try subscription("id/+=1", to: "ada", method)
        whole.callbackToken = method == .push ? "token" : nil
        var given = whole
        given.watermark = "AAA="
        given.createdAt = later(0.9)
        try await database.keep([given], of: "main")
        #expect(try await database.subscriptions(of: "main") == [whole])
    }

    @Test("need neither affinity nor token")
    func sparse() async throws {
        var plain = try subscription("1", to: "bob")
        plain.route.affinity = nil
        try await database.keep([plain], of: "main")
        #expect(try await database.subscriptions(of: "main") == [plain])
    }

    @Test("are sorted by mailbox, and told of their connector alone")
    func order() async throws {
        let (ada, bob) = (try subscription("2", to: "ada"), try subscription("1", to: "bob"))
        let foreign = try subscription("1", to: "cyd")
        try await database.keep([bob, ada], of: "main")
        try await database.keep([foreign], of: "branch")
        #expect(try await database.subscriptions(of: "main") == [ada, bob])
        #expect(try await database.subscriptions(of: "branch") == [foreign])
        #expect(try await database.subscriptions(of: "nobody") == [])
    }

    @Test("survive a restart")
    func restart() async throws {
        let ada = try subscription("1", to: "ada")
        try await database.keep([ada], of: "main")
        try database.close()
        let again = try PresenceDatabase.open(path: database.path, at: later(60)).database
        #expect(try await again.subscriptions(of: "main") == [ada])
    }

    @Test("of the same id take the place of the older, also of another mailbox")
    func replacing() async throws {
        try await database.keep([subscription("1", to: "ada"), subscription("2", to: "bob")], of: "main")
        let (ada, cyd) = (try subscription("1", to: "ada", .pull, at: later(9)), try subscription("2", to: "cyd"))
        try await database.keep([ada, cyd], of: "main")
        #expect(try await database.subscriptions(of: "main") == [ada, cyd])
    }

    @Test("are forgotten one by one; what is not remembered is left alone")
    func forgetting() async throws {
        let all = try ["1", "2", "3"].map { try subscription($0, to: "user\($0)") }
        try await database.keep(all, of: "main")
        try await database.keep([all[0]], of: "branch")
        try await database.forget([all[0], subscription("9", to: "ada"), all[2]], of: "main")
        try await database.forget([], of: "main")
        #expect(try await database.subscriptions(of: "main") == [all[1]])
        #expect(try await database.subscriptions(of: "branch") == [all[0]])
    }

    @Test("are not forgotten for an older one whose id the server gave again")
    func forgettingTheOlder() async throws {
        let old = [try subscription("1", to: "ada"), try subscription("2", to: "bob")]
        let new = [try subscription("1", to: "cyd"), try subscription("2", to: "dan", at: later(60))]
        try await database.keep(old, of: "main")
        try await database.keep(new, of: "main")
        try await database.forget(old, of: "main")
        #expect(try await database.subscriptions(of: "main") == new)
        let renewed = try subscription("2", to: "dan", at: later(120))
        try await database.keep([renewed], of: "main")
        try await database.forget(new, of: "main")
        #expect(try await database.subscriptions(of: "main") == [renewed])
    }

    @Test("are shown of one mailbox: the newest, whichever connector has it")
    func newest() async throws {
        let (old, new) = (try subscription("9", to: "ada"), try subscription("1", to: "ada", .push, at: later(60)))
        try await database.keep([old], of: "main")
        try await database.keep([new, subscription("2", to: "bob", at: later(90))], of: "branch")
    }

    @Test("outlive their user: they are still to be ended at the server")
    func userThatGoes() async throws {
        let ada = try subscription("1", to: "ada")
        try await database.keep([ada], of: "main")
        _ = try await database.syncUsers([], at: later(60))
        #expect(try await database.subscriptions(of: "main") == [ada])
    }

    @Test("are kept and forgotten by the thousand, each once")
    func many() async throws {
        let all = try (10_000..<20_000).map { try subscription("\($0)", to: "user\($0)") }
        for start in stride(from: 0, to: all.count, by: 200) {
            try await database.keep(Array(all[start..<start + 200]), of: "main")
        }
        #expect(try await database.subscriptions(of: "main") == all)
        try await database.forget(Array(all.dropFirst(200)), of: "main")
        #expect(try await database.subscriptions(of: "main").count == 200)
    }

    @Test("can be read with sqlite3, without the secret of the callback", .enabled(if: Workplace.hasSQLite3))
    func view() async throws {
        var ada = try subscription("abc", to: "ada", .push)
        ada.callbackToken = "s3cret"
        try await database.keep([ada], of: "main")
        #expect(
            try workplace.sqlite3("SELECT * FROM subscriptions")
                == "ada@example.com|main|push|2026-11-23T08:00:00Z|ada@example.com|back end 7|abc\n"
        )
    }
}
