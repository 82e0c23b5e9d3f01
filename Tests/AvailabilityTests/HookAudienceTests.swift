import Availability
import Foundation
import TestSupport
import Testing

@Suite("Of whom and of what a hook is told")
struct HookAudienceTests {
    @Test(
        "a pattern stands for whole extensions: * for any number of characters, ? for one",
        arguments: [
            ("2*", ["2", "20", "2999", "2*"], ["", "12", "32"]),
            ("31??", ["3100", "31xy", "31🙂e\u{301}"], ["310", "31000", "3200", "13100"]),
            ("*", ["", "1", "ada"], []),
            ("?", ["1", "🙂"], ["", "12"]),
            ("*1*2", ["12", "112", "1212", "91x2"], ["1", "2", "21", "121"]),
            ("**5", ["5", "15", "555"], ["", "51"]),
            ("?*?", ["12", "123"], ["", "1"]),
            ("101", ["101"], ["1010", "0101", "10", ""]),
            ("[0-9].", ["[0-9]."], ["1.", "1x", "[0-9]x"]),
            ("", [""], ["1"]),
        ]
    )
    func patterns(pattern: String, matching: [String], others: [String]) {
        let audience = HookAudience(extensions: [pattern])
        for text in matching { #expect(audience.includes(phoneExtension: text, connector: "hq"), "\(text)") }
        for text in others { #expect(!audience.includes(phoneExtension: text, connector: "hq"), "\(text)") }
    }

    /// Tried branch by branch this would outlast the machine.
    @Test("a pattern of many stars is decided at once")
    func stars() {
        let audience = HookAudience(extensions: [String(repeating: "1*", count: 60) + "2"])
        let ones = String(repeating: "1", count: 250)
        #expect(!audience.includes(phoneExtension: ones, connector: "hq"))
        #expect(audience.includes(phoneExtension: ones + "2", connector: "hq"))
    }

    @Test(
        "one of the patterns and one of the connectors must be the user's; where none are given, all are",
        arguments: [
            (HookAudience(), true, true, true),
            (HookAudience(extensions: ["9*", "2*"]), true, false, false),
            (HookAudience(extensions: ["*"]), true, true, false),
            (HookAudience(connectors: ["hq"]), true, false, true),
            (HookAudience(connectors: ["branch", "hq"]), true, true, true),
            (HookAudience(extensions: ["*"], connectors: ["branch"]), false, true, false),
            (HookAudience(extensions: ["9*"], connectors: ["hq"]), false, false, false),
        ]
    )
    func users(audience: HookAudience, ada: Bool, bob: Bool, cyd: Bool) throws {
        #expect(audience.includes(try user("201", "hq")) == ada)
        #expect(audience.includes(try user("301", "branch")) == bob)
        #expect(audience.includes(try user(nil, "hq")) == cyd)
    }

    @Test(
        "what is wanted is told, and at its end that it is taken back; the rest is not",
        arguments: [
            ([.meeting], .available, .meeting, .change),
            ([.meeting], .meeting, .available, .takenBack),
            ([.meeting], .meeting, .away, .takenBack),
            ([.meeting], .meeting, .unknown, .takenBack),
            ([.meeting], .meeting, .meeting, .change),
            ([.meeting], .away, .available, nil),
            ([.meeting], .unknown, .away, nil),
            ([.meeting, .away], .away, .available, .takenBack),
            ([.meeting, .away], .meeting, .away, .change),
            ([.meeting, .away], .available, .unknown, nil),
            ([], .available, .unknown, .change),
        ] as [(Set<Presence>, Presence, Presence, HookTelling?)]
    )
    func changes(wanted: Set<Presence>, before: Presence, now: Presence, telling: HookTelling?) throws {
        let ada = try user("201", "hq")
        let event = change(of: ada, before, now)
        #expect(HookAudience(presences: wanted).telling(of: event, of: ada) == telling)
        #expect(HookAudience(extensions: ["3*"], presences: wanted).telling(of: event, of: ada) == nil)
    }

    @Test("what is taken back says nothing of what follows")
    func takenBack() throws {
        var event = change(of: try user("201", "hq"), .meeting, .away)
        event.current.reason = .automaticReply
        event.current.until = Date(timeIntervalSince1970: 60)
        event.current.announcement = Announcement(internalText: "At home", externalText: "Away")
        let told = event.takenBack
        #expect(told.current.presence == .unknown && told.current.reason == .noData && told.previous == .meeting)
        #expect(told.current.until == nil && told.current.announcement == nil)
        #expect(told.id == event.id && told.current.sequence == event.current.sequence)
    }

    @Test("of several hooks those are named that are told")
    func names() throws {
        let ada = try user("201", "hq")
        let hooks = [
            HookRegistration(name: "all", target: "a"),
            HookRegistration(name: "thirds", target: "b", audience: HookAudience(extensions: ["3*"])),
            HookRegistration(name: "meetings", target: "c", audience: HookAudience(presences: [.meeting])),
        ]
        let begin = hooks.told(of: change(of: ada, .available, .meeting), of: ada)
        #expect(begin == ["all": .change, "meetings": .change])
        let end = hooks.told(of: change(of: ada, .meeting, .away), of: ada)
        #expect(end == ["all": .change, "meetings": .takenBack])
        #expect(hooks.told(of: change(of: ada, .available, .away), of: ada) == ["all": .change])
    }

    private func user(_ phoneExtension: String?, _ connector: String) throws -> User {
        let address = try #require(MailboxAddress("ada@example.com"))
        return User(address: address, phoneExtension: phoneExtension, connector: connector)
    }

    private func change(of user: User, _ before: Presence, _ now: Presence) -> PresenceEvent {
        let time = Date(timeIntervalSince1970: 0)
        return PresenceEvent(
            id: "1",
            user: user.address,
            phoneExtension: user.phoneExtension,
            current: CurrentPresence(
                presence: now,
                reason: .none,
                since: time,
                until: nil,
                announcement: nil,
                sequence: 1
            ),
            previous: before,
            freshness: .fresh,
            at: time
        )
    }
}
