import ControlAPI
import ControlText
import Foundation
import TestSupport
import Testing

@Suite("users and show, for a person")
struct UserTextTests {
    private func list(_ users: [UserSummary]) -> [String] {
        UserListText(users, now: Samples.now, zone: .gmt).lines
    }

    private func show(
        _ detail: UserDetail,
        at moment: Date? = nil,
        connector: ConnectorReport? = Samples.connector()
    ) -> [String] {
        UserDetailText(detail, at: moment, now: Samples.now, connector: connector, zone: .gmt).lines
    }

    @Test("a list says of each user what there is to say")
    func plainList() {
        let meeting = Samples.user(presence: "meeting", until: Samples.now + 1_800, reason: "appointment")
        let failed = Samples.user("bob@example.com", phoneExtension: nil, diagnosis: "calendar.no-access")
        let off = Samples.user("carol@example.com", enabled: false, age: nil)
        #expect(
            list([meeting, failed, off]) == [
                "USER               EXT  PRESENCE   UNTIL  WHY          DATA",
                "alice@example.com  201  meeting    10:00  appointment  fresh, 2 min",
                "bob@example.com    -    available  -      -            calendar.no-access",
                "carol@example.com  201  disabled   -      -            none",
            ]
        )
    }

    @Test("who was moved to another connector is told with the reason")
    func moved() {
        let move = MoveReport(from: "hq", at: Samples.now - 3_600, diagnosis: "mailbox.elsewhere")
        let user = Samples.user(connector: "cloud", moved: move)
        #expect(
            show(Samples.detail(user))[1]
                == "Moved from hq to cloud 08:30: hq does not have the mailbox (mailbox.elsewhere)"
        )
        #expect(!show(Samples.detail()).contains { $0.contains("Moved") })
    }

    @Test("names are shown where there is room for them")
    func names() {
        let name = "Alice Example of the House of Examples"
        let short = list([Samples.user("a@example.com", name: name)])
        #expect(short[0].hasPrefix("USER           NAME  "))
        #expect(short[1].contains("Alice"))
        #expect(short[1].count <= 80)
        let long = list([Samples.user("alice.example@department.example.com", name: name, reason: "automatic_reply")])
        #expect(!long[0].contains("NAME"))
    }

    @Test("a list fits 80 columns whatever it holds, and users stay apart")
    func width() {
        let users = (1...2).map { number in
            Samples.user(
                "user000\(number)@" + String(repeating: "department.", count: 8) + "example.com",
                phoneExtension: String(repeating: "12345", count: 5),
                name: "A \u{202E}name\n",
                presence: "available",
                until: time("2027-01-01T00:00:00Z"),
                reason: "automatic_reply",
                diagnosis: "calendar.no-free-busy-information"
            )
        }
        let lines = list(users)
        #expect(lines.allSatisfy { $0.count <= 80 })
        #expect(lines[1].hasPrefix("user0001@"))
        #expect(lines[2].hasPrefix("user0002@"))
    }

    @Test("a list takes the width that a terminal has")
    func wideTerminal() {
        let user = Samples.user("user0001@" + String(repeating: "department.", count: 8) + "example.com", name: "Name")
        let lines = UserListText([user], now: Samples.now, zone: .gmt, width: 250).lines
        #expect(lines[0].contains("NAME"))
        #expect(lines[1].hasPrefix(user.address))
    }

    @Test(
        "the heading says who, what, until when and why, and nothing where there is nothing",
        arguments: [
            (Samples.user(), nil, ["alice@example.com, extension 201, through hq", "available"]),
            (
                Samples.user(phoneExtension: nil, name: "Alice Example"), nil,
                ["Alice Example <alice@example.com>, through hq", "available"]
            ),
            (
                Samples.user(presence: "meeting", until: Samples.now + 1_800, reason: "appointment"),
                "2026-11-24T09:00:00Z",
                ["alice@example.com, extension 201, through hq", "At Tue 09:00: meeting until 10:00 (appointment)"]
            ),
        ] as [(UserSummary, String?, [String])]
    )
    func headings(user: UserSummary, moment: String?, expected: [String]) {
        #expect(Array(show(Samples.detail(user), at: moment.map { time($0) }).prefix(2)) == expected)
    }

    @Test(
        "a connector that does not read is told",
        arguments: [
            (
                Samples.connector(.offline, nextTryAt: Samples.now + 30),
                "The connector hq is offline, next try in 30 s."
            ),
            (Samples.connector(.refused), "The connector hq is refused, not tried again by itself."),
            (Samples.connector(.disabled), "The connector hq is switched off."),
            (Samples.connector(.online), ""),
            (nil, "There is no connector hq."),
        ] as [(ConnectorReport?, String)]
    )
    func connectors(connector: ConnectorReport?, expected: String) {
        #expect(show(Samples.detail(), connector: connector)[2] == expected)
    }

    @Test(
        "appointments outside of what was read are not known",
        arguments: [
            ("2026-11-23T09:30:00Z", ["  none"]),
            ("2026-11-22T12:00:00Z", ["  not known before 00:00", "  none"]),
            ("2026-11-25T09:00:00Z", ["  none", "  not known after 2026-12-01 00:00"]),
            ("2026-12-01T00:00:00Z", ["  not known"]),
            ("2026-11-10T00:00:00Z", ["  not known"]),
        ]
    )
    func coverage(moment: String, expected: [String]) throws {
        let lines = show(Samples.detail(), at: time(moment))
        let start = try #require(lines.firstIndex { $0.hasPrefix("Appointments") }) + 1
        #expect(Array(lines[start...].prefix { !$0.isEmpty }) == expected)
    }

    @Test("an appointment is told in one day's words, with what is known of it")
    func appointments() {
        let appointment = AppointmentReport(
            start: time("2026-11-24T08:15:00Z"),
            end: time("2026-11-24T08:30:00Z"),
            busyType: "out_of_office",
            subject: "Dentist",
            location: "Town",
            isPrivate: false
        )
        #expect(
            show(Samples.detail(appointments: [appointment])).contains("  Tue 08:15–08:30 out of office Dentist (Town)")
        )
    }

    @Test("an automatic reply shows its window where it is scheduled, and texts that say something")
    func replies() {
        func reply(_ state: String, internal: String = "", external: String = "") -> [String] {
            let report = AutomaticReplyReport(
                state: state,
                start: Samples.now,
                end: Samples.now + 3_600,
                internalText: `internal`,
                externalText: external
            )
            return show(Samples.detail(reply: report)).filter { $0.hasPrefix("Automatic") || $0.contains("ternal:") }
        }
        #expect(reply("disabled", internal: "Away") == [])
        #expect(reply("enabled", internal: "Away") == ["Automatic reply enabled", "  internal: Away"])
        #expect(reply("scheduled", external: "\n \n") == ["Automatic reply scheduled 09:30–10:30"])
    }

    @Test("a subscription is told with its way and its age, under what is known")
    func subscription() throws {
        let streaming = SubscriptionReport(method: "streaming", since: time("2026-11-23T09:12:30Z"))
        let lines = show(Samples.detail(subscription: streaming))
        let known = try #require(lines.firstIndex { $0.hasPrefix("Known ") })
        #expect(lines[known + 1] == "Changes: by streaming since 09:12")
        let pull = SubscriptionReport(method: "pull", since: time("2026-11-21T23:59:59Z"))
        #expect(show(Samples.detail(subscription: pull)).last == "Changes: by pull since Sat 23:59")
        #expect(!show(Samples.detail()).contains { $0.hasPrefix("Changes") })
    }

    @Test("everything in show fits 80 columns, and a long reply is cut after five lines")
    func showWidth() throws {
        let text = (1...20).map { "line \($0) " + String(repeating: "of a long reply ", count: 6) }.joined(
            separator: "\n"
        )
        let detail = Samples.detail(
            Samples.user(
                String(repeating: "a", count: 60) + "@example.com",
                name: String(repeating: "Long ", count: 20)
            ),
            appointments: [
                AppointmentReport(
                    start: Samples.now,
                    end: Samples.now + 60,
                    busyType: "busy",
                    subject: String(repeating: "会議\u{1B}", count: 60),
                    location: nil,
                    isPrivate: false
                )
            ],
            reply: AutomaticReplyReport(state: "enabled", start: nil, end: nil, internalText: text, externalText: ""),
            lastError: Samples.longError
        )
        let lines = show(detail, connector: Samples.connector(.offline, lastError: Samples.longError))
        #expect(lines.allSatisfy { $0.count <= 80 && !$0.contains("\u{1B}") })
        let start = try #require(lines.firstIndex { $0.hasPrefix("  internal: line 1 ") })
        #expect(lines[start + 5] == "            …")
        #expect(lines[start + 6] == "")
    }

    @Test(
        "a change is one line, with its reason where there is one",
        arguments: [
            ("appointment", "09:30  alice@example.com: available -> meeting until 10:00 (appointment)"),
            ("none", "09:30  alice@example.com: available -> meeting until 10:00"),
        ]
    )
    func changes(reason: String, line: String) {
        #expect(PresenceChangeText(Samples.change(reason: reason), zone: .gmt).line == line)
    }
}
