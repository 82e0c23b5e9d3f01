import AsteriskMessages
import Availability
import Foundation
import HTTPTransport
import Hooks
import Logging
import NameService
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct AsteriskHookTests {
    let scheduler = ManualScheduler(now: monday)
    let book = LogBook()

    private func hook(
        _ server: ManagerScript,
        login: AsteriskHook.Options.Login = .challenge,
        secret: String = "mysecret",
        presenceState: String? = "CustomPresence:{extension}",
        deviceState: String? = "Custom:{extension}",
        audience: StateTelling.Audience? = .callers
    ) -> AsteriskHook {
        AsteriskHook(
            name: "pbx",
            options: AsteriskHook.Options(
                host: "127.0.0.1",
                port: server.port,
                isSecured: false,
                caFile: nil,
                login: login,
                username: "freebusyd",
                secret: Secret(secret),
                telling: StateTelling(presenceState: presenceState, deviceState: deviceState, audience: audience),
                timeLimit: 10,
                concurrencyLimit: 20
            ),
            names: NameService(),
            scheduler: scheduler,
            logger: book.logger
        )
    }

    /// When it logs in again. Waits until it has noticed that it must.
    private func nextLogin() async -> Date {
        while true {
            if let due = scheduler.deadlines.first(where: { $0.key.hasSuffix(": connect") })?.value { return due }
            await Task.yield()
        }
    }

    private func failure(_ hook: AsteriskHook, _ event: PresenceEvent) async -> HookFailure? {
        do throws(HookFailure) {
            try await hook.deliver(event)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [AsteriskHook.Options.Login.challenge, .plain])
    func `it logs in once, and sets both states of everybody`(login: AsteriskHook.Options.Login) async throws {
        let server = try await ManagerScript()
        let hook = hook(server, login: login)
        await withTaskGroup { group in
            for number in 1...50 {
                group.addTask {
                    let event = sample(of: "user\(number)@example.com", phoneExtension: "\(number)")
                    #expect(await failure(hook, event) == nil)
                }
            }
        }
        #expect(server.logins == 1)
        for number in 1...50 {
            #expect(server.states["PRESENCE_STATE(CustomPresence:\(number))"] == "dnd,meeting,")
            #expect(server.states["DEVICE_STATE(Custom:\(number))"] == "BUSY")
        }
        await hook.stop()
    }

    @Test func `each presence has its states`() async throws {
        let server = try await ManagerScript()
        let hook = hook(server, deviceState: "Custom:fb{extension}")
        let away = Announcement(internalText: "inside", externalText: "Back on Monday")
        var seen: [[String?]] = []
        for (presence, reason, announcement) in [
            (Presence.available, PresenceReason.none, Announcement?.none), (.meeting, .appointment, nil),
            (.away, .appointment, nil), (.away, .automaticReply, away), (.unknown, .noData, nil),
        ] {
            var event = sample(of: "jane@example.com", .available, presence, announcement: announcement)
            event.current.reason = reason
            #expect(await failure(hook, event) == nil)
            seen.append([
                server.states["PRESENCE_STATE(CustomPresence:101)"], server.states["DEVICE_STATE(Custom:fb101)"],
            ])
        }
        #expect(
            seen == [
                ["available", "NOT_INUSE"], ["dnd,meeting,", "BUSY"], ["away,out of office,", "BUSY"],
                ["xa,automatic reply,Back on Monday", "BUSY"], ["not_set", "UNKNOWN"],
            ]
        )
        await hook.stop()
    }

    @Test(arguments: [
        (StateTelling.Audience?.some(.colleagues), "xa,automatic reply,inside"), (nil, "xa,automatic reply,"),
    ])
    func `the announcement is the one that was chosen`(audience: StateTelling.Audience?, value: String) async throws {
        let server = try await ManagerScript()
        let hook = hook(server, deviceState: nil, audience: audience)
        let texts = Announcement(internalText: "inside", externalText: "outside")
        var event = sample(of: "jane@example.com", .available, .away, announcement: texts)
        event.current.reason = .automaticReply
        #expect(await failure(hook, event) == nil)
        #expect(server.states == ["PRESENCE_STATE(CustomPresence:101)": value])
        await hook.stop()
    }

    @Test func `answers find their question by ActionID, in whatever order they come`() async throws {
        let server = try await ManagerScript()
        let hook = hook(server, deviceState: nil)
        server.set { $0.holds = true }
        async let one = failure(hook, sample(of: "one@example.com", phoneExtension: "1"))
        async let two = failure(hook, sample(of: "two@example.com", phoneExtension: "2"))
        async let three = failure(hook, sample(of: "three@example.com", phoneExtension: "3"))
        await server.receivedSetvars(3)
        server.answerHeld { variable, id in
            variable.contains(":2)")
                ? "Response: Error\r\n\(id)Message: Variable not set\r\n\r\n"
                : "Response: Success\r\n\(id)Message: Variable Set\r\n\r\n"
        }
        #expect(await one == nil)
        #expect(await two?.diagnosis.id == "hook.rejected")
        #expect(await three == nil)
        await hook.stop()
    }

    @Test func `there is nothing to tell of who has no extension`() async throws {
        let server = try await ManagerScript()
        let hook = hook(server)
        #expect(await failure(hook, sample(of: "jane@example.com", phoneExtension: nil)) == nil)
        #expect(server.connections == 0)
    }

    @Test func `a name that could be more than a name is refused, and no line is sent`() async throws {
        let server = try await ManagerScript()
        let hook = hook(server)
        let event = sample(of: "jane@example.com", phoneExtension: "1)\r\nAction: Originate")
        let failure = await failure(hook, event)
        #expect(failure?.diagnosis.id == "hook.rejected")
        #expect(failure?.retry == .never)
        #expect(failure?.scope == .event)
        #expect(server.connections == 0)
    }

    @Test func `a refused login concerns everybody, waits long, and is not tried meanwhile`() async throws {
        let server = try await ManagerScript()
        let hook = hook(server, secret: "wrong-secret")
        let failed = await failure(hook, sample(of: "jane@example.com"))
        #expect(failed?.diagnosis.id == "hook.login-refused")
        #expect(failed?.scope == .receiver)
        #expect(failed?.retry == .after(300))
        #expect(await failure(hook, sample(of: "joe@example.com")) == failed)
        #expect(server.connections == 1)
        #expect(!"\(String(describing: failed)) \(book.lines)".contains("wrong-secret"))
        server.set { $0.secret = "wrong-secret" }
        await scheduler.advance(by: 301)
        #expect(await failure(hook, sample(of: "joe@example.com")) == nil)
        await hook.stop()
    }

    @Test func `a missing right concerns everybody, another refusal only its event`() async throws {
        let server = try await ManagerScript()
        let hook = hook(server)
        server.set { $0.refusal = "Permission denied" }
        let denied = await failure(hook, sample(of: "jane@example.com"))
        #expect(denied?.diagnosis.id == "hook.login-refused")
        #expect(denied?.scope == .receiver)
        // Nobody else tries it, until somebody says that it is mended.
        #expect(await failure(hook, sample(of: "joe@example.com")) == denied)
        #expect(server.setvars == 2)
        server.set { $0.refusal = "Variable not set" }
        await hook.mended()
        let unset = await failure(hook, sample(of: "jane@example.com"))
        #expect(unset?.diagnosis.id == "hook.rejected")
        #expect(unset?.diagnosis.summary.contains("Variable not set") == true)
        #expect(unset?.retry == .later)
        #expect(unset?.scope == .event)
        await hook.stop()
    }

    @Test func `after a missing right it logs in again when the pause is over, and not before`() async throws {
        let server = try await ManagerScript()
        let hook = hook(server)
        await hook.start {}
        server.set { $0.refusal = "Permission denied" }
        #expect(await failure(hook, sample(of: "jane@example.com"))?.retry == .after(300))
        await scheduler.advance(by: 299)
        #expect(server.logins == 1)
        // The new one has what the account may by now.
        server.set { $0.refusal = nil }
        await scheduler.advance(by: 100)
        #expect(await failure(hook, sample(of: "jane@example.com")) == nil)
        #expect(server.logins == 2)
        await hook.stop()
    }

    @Test func `a login that nothing comes of is repeated at growing distances`() async throws {
        let server = try await ManagerScript()
        let hook = hook(server)
        let (forgotten, told) = AsyncStream.makeStream(of: Void.self)
        var each = forgotten.makeAsyncIterator()
        await hook.start { told.yield() }
        var distances: [TimeInterval] = []
        for _ in 0..<5 {
            await each.next()
            let before = scheduler.now
            server.closeAll()
            let due = await nextLogin()
            distances.append(due.timeIntervalSince(before))
            await scheduler.advance(to: due)
        }
        await each.next()
        // A quarter longer at most.
        for (distance, least) in zip(distances, [1.0, 2, 4, 8, 16]) { #expect(least...least * 1.25 ~= distance) }
        // What is answered ends that.
        #expect(await failure(hook, sample(of: "jane@example.com")) == nil)
        server.closeAll()
        #expect(await nextLogin() <= scheduler.now.addingTimeInterval(1.25))
        await hook.stop()
    }

    @Test func `a lost connection fails what is open, and the next delivery makes a new one`() async throws {
        let server = try await ManagerScript()
        let hook = hook(server)
        server.set { $0.closesAtSetvar = true }
        let failed = await failure(hook, sample(of: "jane@example.com"))
        #expect(failed?.diagnosis.id == "hook.closed")
        #expect(failed?.scope == .receiver)
        server.set { $0.closesAtSetvar = false }
        #expect(await failure(hook, sample(of: "jane@example.com")) == nil)
        #expect(server.logins == 2)
        await hook.stop()
    }

    @Test func `an answer that stays away ends the connection at the time limit`() async throws {
        let server = try await ManagerScript()
        let hook = hook(server)
        server.set { $0.isSilent = true }
        async let failing = failure(hook, sample(of: "jane@example.com"))
        await server.receivedSetvars(2)
        await scheduler.advance(by: 9.9)
        await scheduler.advance(by: 0.2)
        let failed = await failing
        #expect(failed?.diagnosis.id == "hook.unreachable")
        #expect(failed?.diagnosis.summary.contains("10 s") == true)
        #expect(failed?.scope == .receiver)
        server.set { $0.isSilent = false }
        #expect(await failure(hook, sample(of: "jane@example.com")) == nil)
        #expect(server.connections == 2)
        await hook.stop()
    }

    @Test(arguments: ["SSH-2.0-OpenSSH_9.2p1\r\n", "Asterisk Call Manager/5.0.2\r\n\0\u{1}garbage\r\n"])
    func `garbage is told with its beginning`(greeting: String) async throws {
        let server = try await ManagerScript(greeting: greeting)
        let hook = hook(server)
        let failed = await failure(hook, sample(of: "jane@example.com"))
        #expect(failed?.diagnosis.id == "hook.misunderstood")
        #expect(failed?.scope == .receiver)
        await hook.stop()
    }

    @Test func `after every login it says that the receiver may know nothing`() async throws {
        let server = try await ManagerScript()
        let hook = hook(server)
        let (forgotten, told) = AsyncStream.makeStream(of: Void.self)
        var each = forgotten.makeAsyncIterator()
        await hook.start { told.yield() }
        await each.next()
        #expect(server.logins == 1)
        server.closeAll()
        // Nobody delivers anything: it comes back by itself.
        _ = await nextLogin()
        await scheduler.advance(by: 2)
        await each.next()
        #expect(server.logins == 2)
        await hook.stop()
        #expect(scheduler.deadlines.isEmpty)
    }

    @Test func `a quiet connection is asked for signs of life`() async throws {
        let server = try await ManagerScript()
        let hook = hook(server)
        #expect(await failure(hook, sample(of: "jane@example.com")) == nil)
        await scheduler.advance(by: 95)
        #expect(server.pings == 3)
        server.set { $0.isSilent = true }
        async let advancing: Void = scheduler.advance(by: 30)
        await server.receivedPings(4)
        await hook.stop()
        await advancing
    }

    @Test func `without an answer to that the connection is ended, and another one made`() async throws {
        let server = try await ManagerScript()
        let hook = hook(server)
        let (forgotten, told) = AsyncStream.makeStream(of: Void.self)
        var each = forgotten.makeAsyncIterator()
        await hook.start { told.yield() }
        await each.next()
        server.set { $0.isSilent = true }
        async let asking: Void = scheduler.advance(by: 30)
        await server.receivedPings(1)
        server.set { $0.isSilent = false }
        // The asking waits for an answer; the time for that is over now, and soon after it comes back.
        await scheduler.advance(by: 40)
        await asking
        await each.next()
        #expect(server.logins == 2)
        await hook.stop()
    }

    @Test func `without TLS to elsewhere it warns once, at the start`() async {
        func warnings(_ host: String, _ isSecured: Bool) async -> Int {
            let book = LogBook()
            let hook = AsteriskHook(
                name: "pbx",
                options: AsteriskHook.Options(
                    host: host,
                    port: 1,
                    isSecured: isSecured,
                    caFile: nil,
                    login: .plain,
                    username: "u",
                    secret: Secret("s"),
                    telling: StateTelling(presenceState: nil, deviceState: nil, audience: nil),
                    timeLimit: 1,
                    concurrencyLimit: 1
                ),
                names: NameService(),
                scheduler: scheduler,
                logger: book.logger
            )
            await hook.start {}
            await hook.stop()
            return book.lines.count { $0.metadata["event"] == "hook-unencrypted" }
        }
        #expect(await warnings("192.0.2.1", false) == 1)
        #expect(await warnings("192.0.2.1", true) == 0)
        #expect(await warnings("127.0.0.1", false) == 0)
        #expect(await warnings("localhost", false) == 0)
    }
}

private func sample(
    of user: String,
    _ previous: Presence = .available,
    _ presence: Presence = .meeting,
    phoneExtension: String? = "101",
    announcement: Announcement? = nil
) -> PresenceEvent {
    guard let address = MailboxAddress(user) else { preconditionFailure("no address: \(user)") }
    return event("1", of: address, previous, presence, phoneExtension: phoneExtension, announcement: announcement)
}
