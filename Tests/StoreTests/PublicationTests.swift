import Availability
import Foundation
import Store
import TestSupport
import Testing

@Suite("What presence servers hold for us")
struct PublicationTests {
    let workplace: Workplace
    let database: PresenceDatabase

    init() async throws {
        workplace = try await Workplace(users: [user("ada"), user("bob")])
        database = workplace.database
    }

    @Test("is kept across restarts, each by hook, user and presentity")
    func keeping() async throws {
        let kept = try [
            publication("pbx", "ada", "sip:101@example.com", "tag 1"),
            publication("pbx", "ada", "sip:102@example.com", "tag 2"),
            publication("pbx", "bob", "sip:101@example.com", "tag 3"),
            publication("web", "ada", "sip:101@example.com", "tag 4"),
        ]
        try await database.keep(kept)
        try database.close()
        let again = try PresenceDatabase.open(path: database.path, at: later(60)).database
        let stored = try await again.publications(of: "pbx")
        #expect(Set(stored) == Set(kept.prefix(3).map(\.withoutDocument)))
        #expect(stored.count == 3)
        #expect(try await again.publications(of: "web") == [kept[3].withoutDocument])
        #expect(try await again.publications(of: "other").isEmpty)
        let keys = [kept[0].key, kept[3].key, try publication("web", "bob", "sip:1@example.com", "").key]
        #expect(
            try await again.documents(of: keys)
                == [kept[0].key: "<presence>tag 1</presence>", kept[3].key: "<presence>tag 4</presence>"]
        )
    }

    @Test("a newer one takes the place of the older; without a document that stays, as when it is refreshed")
    func replacing() async throws {
        var held = try publication("pbx", "ada", "sip:101@example.com", "tag 1")
        try await database.keep([held])
        held.entityTag = "tag 2"
        held.expiresAt = later(7_200)
        held.document = nil
        try await database.keep([held])
        #expect(try await database.publications(of: "pbx") == [held])
        #expect(try await database.documents(of: [held.key]) == [held.key: "<presence>tag 1</presence>"])
        held.document = "<presence>🎉</presence>"
        try await database.keep([held])
        #expect(try await database.documents(of: [held.key]) == [held.key: "<presence>🎉</presence>"])
    }

    @Test("outlives its user, until it is forgotten")
    func forgetting() async throws {
        let held = try ["ada", "bob"].map { try publication("pbx", $0, "sip:1@example.com", "tag") }
        try await database.keep(held)
        _ = try await database.syncUsers([], at: later(60))
        #expect(try await database.publications(of: "pbx").count == 2)
        try await database.forget([held[0].key])
        #expect(try await database.publications(of: "pbx") == [held[1].withoutDocument])
    }

    @Test("goes with its hook, and with the server that held it; another hook's stays")
    func goingHooks() async throws {
        let elsewhere = HookRegistration(name: "pbx", target: "elsewhere")
        for (hooks, left) in [(["web"], ["web"]), ([elsewhere, "web"], ["web"]), (["pbx", "web"], ["pbx", "web"])]
            as [([HookRegistration], [String])]
        {
            try await database.syncHooks(["pbx", "web"], at: monday)
            try await database.keep(["pbx", "web"].map { try publication($0, "ada", "sip:1@example.com", "tag") })
            try await database.syncHooks(hooks, at: later(60))
            for hook in ["pbx", "web"] {
                #expect(try await database.publications(of: hook).isEmpty == !left.contains(hook))
            }
        }
    }

    @Test("can be read with sqlite3, as can the hooks", .enabled(if: Workplace.hasSQLite3))
    func views() async throws {
        try await database.keep([publication("pbx", "ada", "sip:101@example.com", "tag 1")])
        #expect(
            try workplace.sqlite3("SELECT * FROM publications")
                == "pbx|ada@example.com|sip:101@example.com|tag 1|2026-11-23T09:00:00Z\n"
        )
        try await database.disable("web", at: later(60), why: "410")
        let hooks = "SELECT name, target, queued, last_error, last_error_at, disabled FROM hooks"
        #expect(
            try workplace.sqlite3(hooks)
                == "pbx|pbx|0|||\nweb|web|0|410|2026-11-23T08:01:00Z|2026-11-23T08:01:00Z\n"
        )
    }

    private func publication(
        _ hook: String,
        _ name: String,
        _ presentity: String,
        _ tag: String
    ) throws -> Publication {
        Publication(
            key: .init(hook: hook, user: try mailbox(name), presentity: presentity),
            entityTag: tag,
            expiresAt: later(3_600),
            document: "<presence>\(tag)</presence>"
        )
    }
}

extension Publication {
    fileprivate var withoutDocument: Publication {
        var publication = self
        publication.document = nil
        return publication
    }
}
