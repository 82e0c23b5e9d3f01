import ControlAPI
import ControlText
import Foundation
import Testing

@Suite("How force ended, for a person")
struct ForceTextTests {
    private func text(
        total: Int = 5,
        changed: Int = 0,
        duration: TimeInterval = 2,
        failed: [String] = [],
        unreachable: [ForceLine.Unreachable] = [],
        users: [UserSummary] = []
    ) -> ForceText {
        ForceText(
            total: total,
            changed: changed,
            duration: duration,
            failed: failed,
            unreachable: unreachable,
            users: users
        )
    }

    @Test("one line says how much was read and what came of it")
    func summaries() {
        #expect(text().summary == "Read 5 users in 2 s: nothing changed.")
        #expect(text(total: 1, changed: 1, duration: 0.3).summary == "Read 1 user in less than a second: 1 changed.")
        #expect(text(total: 6, failed: ["a@example.com"]).summary == "5 read, 1 failed.")
        #expect(text(total: 6, changed: 2, failed: ["a@example.com"]).summary == "5 read, 1 failed, 2 changed.")
        #expect(text(total: 0).summary == "There is no user to read.")
        #expect(text().complaints == [])
    }

    @Test("a user that failed is named with the reason and a command that can be copied")
    func failures() {
        let user = Samples.user("o'neil@example.com", diagnosis: "calendar.no-access")
        #expect(
            text(failed: [user.address, "bob@example.com"], users: [user]).complaints == [
                "could not read o'neil@example.com: calendar.no-access; "
                    + #"`freebusyctl show 'o'\''neil@example.com'` says more"#,
                "could not read bob@example.com; `freebusyctl show bob@example.com` says more",
            ]
        )
    }

    @Test("what a connector keeps from being read is told once, and its users are not named")
    func unreachable() {
        let connector = ForceLine.Unreachable(
            connector: "hq",
            diagnosis: "tcp.unreachable",
            summary: "Nobody answers.",
            remedy: "Start the server."
        )
        let here = Samples.user("alice@example.com")
        let there = Samples.user("bob@example.com", connector: "lab", diagnosis: "calendar.no-access")
        let told = text(failed: [here.address, there.address], unreachable: [connector], users: [here, there])
            .complaints
        #expect(told.prefix(2) == ["connector hq: tcp.unreachable: Nobody answers.", "→ Start the server."])
        #expect(told.dropFirst(2).map { $0.contains("bob@example.com: calendar.no-access") } == [true])
    }

    @Test("twenty are named, the rest is counted")
    func many() {
        let complaints = text(total: 30, failed: (1...25).map { "user\($0)@example.com" }).complaints
        #expect(complaints.count == 21)
        #expect(complaints.last == "could not read 5 more; `freebusyctl users` shows which")
    }
}

@Suite("Lines of the answer to force")
struct ForceLineTests {
    @Test(
        "are objects whose one key says which, and are read back as they were written",
        arguments: [
            (ForceLine.progress(done: 1, total: 2), #"{"progress":{"done":1,"total":2}}"#),
            (.finished(failed: ["a@b.c"], unreachable: []), #"{"finished":{"failed":["a@b.c"],"unreachable":[]}}"#),
        ]
    )
    func forms(line: ForceLine, json: String) throws {
        let data = try ControlJSON.encode(line)
        #expect(String(decoding: data, as: UTF8.self) == json)
        #expect(try ControlJSON.decode(ForceLine.self, from: data) == line)
    }

    @Test("a change is the same object as in watch")
    func change() throws {
        let line = ForceLine.changed(Samples.change())
        let data = try ControlJSON.encode(line)
        let inner = String(decoding: try ControlJSON.encode(Samples.change()), as: UTF8.self)
        #expect(String(decoding: data, as: UTF8.self) == #"{"changed":\#(inner)}"#)
        #expect(try ControlJSON.decode(ForceLine.self, from: data) == line)
    }
}
