import Availability
import HTTPTransport
import TestSupport
import Testing

@testable import Exchange

@Suite("Checking users")
struct UserCheckTests {
    private static let free = Documents.mailbox("FreeBusy")
    private static let reply = ScriptedHTTP.Answer.soap(Documents.outOfOffice(Documents.scheduledReply))
    private static let subscribed = ScriptedHTTP.Answer.soap(Documents.subscribed("id-1"))
    private static let ended = ScriptedHTTP.Answer.soap(Documents.message("Unsubscribe"))

    private static func calendars(_ parts: String...) -> ScriptedHTTP.Answer {
        .soap(
            """
            <m:GetUserAvailabilityResponse xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" \
            xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><m:FreeBusyResponseArray>\
            \(parts.joined())</m:FreeBusyResponseArray></m:GetUserAvailabilityResponse>
            """
        )
    }

    /// Users one after the other, so that the script has an order.
    private func check(
        _ http: ScriptedHTTP,
        _ mailboxes: [MailboxAddress],
        methods: [NotificationMethod] = [.streaming, .pull],
        access: EWSConnectorOptions.Access = .impersonation,
        push: PushOptions? = nil,
        desk: CallbackDesk? = nil,
        obstacle: String? = nil
    ) async throws -> CheckRecord {
        var options = try Given.options(access: access)
        options.limits.concurrency = 1
        options.notificationMethods = methods
        options.push = push
        let record = CheckRecord()
        let check = UserCheck(
            Given.connector(http, options),
            within: Given.window,
            desk: desk,
            callbackObstacle: obstacle,
            tell: record.listener
        )
        await check.run(mailboxes, calendars: nil)
        return record
    }

    @Test("where all is well every step passes, and the subscription is ended")
    func well() async throws {
        let http = ScriptedHTTP(Self.calendars(Self.free), Self.reply, Self.subscribed, Self.ended)
        let record = try await check(http, Given.mailboxes("anna"))
        let steps = ["mailbox", "calendar", "impersonation", "automatic-reply", "subscription"]
        #expect(record.lines == steps.map { "\($0) passed" })
        #expect(record.steps.allSatisfy { $0.user == Given.mailboxes("anna").first })
        #expect(http.bodies.last?.contains("Unsubscribe") == true)
    }

    @Test("an unknown user among known ones fails alone, and is asked for nothing more")
    func unknown() async throws {
        let http = ScriptedHTTP(
            Self.calendars(Documents.failedMailbox("ErrorMailRecipientNotFound"), Self.free),
            Self.reply,
            Self.subscribed,
            Self.ended
        )
        let record = try await check(http, Given.mailboxes("nobody", "anna"))
        #expect(
            record.lines == [
                "mailbox failed mailbox.not-found", "calendar skipped", "impersonation skipped",
                "automatic-reply skipped", "subscription skipped", "mailbox passed", "calendar passed",
                "impersonation passed", "automatic-reply passed", "subscription passed",
            ]
        )
        #expect(http.requests.count == 4)
    }

    @Test("a calendar that may not be seen is told apart from a mailbox that is not there")
    func noAccess() async throws {
        let http = ScriptedHTTP(
            Self.calendars(Documents.failedMailbox("ErrorNoFreeBusyAccess")),
            Self.reply,
            Self.subscribed,
            Self.ended
        )
        let record = try await check(http, Given.mailboxes("anna"))
        #expect(record.line(.mailbox) == "mailbox passed")
        #expect(record.line(.calendar) == "calendar failed calendar.no-access")
        #expect(record.line(.reply) == "automatic-reply passed")
    }

    @Test("without the right to impersonate the calendar is seen, and nothing that needs the right is tried")
    func impersonation() async throws {
        let http = ScriptedHTTP(Self.calendars(Self.free), .fault("ErrorImpersonateUserDenied"), Self.subscribed)
        let record = try await check(http, Given.mailboxes("anna"))
        #expect(
            record.lines == [
                "mailbox passed", "calendar passed", "impersonation failed access.impersonation-denied",
                "automatic-reply skipped", "subscription skipped",
            ]
        )
        #expect(http.requests.count == 2)
    }

    @Test("an additional address shows when the mailbox is asked as itself")
    func otherAddress() async throws {
        let http = ScriptedHTTP(Self.calendars(Self.free), .fault("ErrorNonPrimarySmtpAddress"))
        let record = try await check(http, Given.mailboxes("anna"))
        #expect(record.line(.mailbox) == "mailbox failed mailbox.address-mismatch")
        #expect(record.line(.calendar) == "calendar skipped")
    }

    @Test("a server that knows no streaming is asked for the next way")
    func methods() async throws {
        let http = ScriptedHTTP(
            Self.calendars(Self.free),
            Self.reply,
            .fault("ErrorInvalidRequest"),
            .soap(Documents.subscribed("id-1", watermark: "W")),
            Self.ended
        )
        let record = try await check(http, Given.mailboxes("anna"))
        #expect(record.line(.subscription) == "subscription passed")
        #expect(record.seen(.subscription) == "by pull")
    }

    @Test("where the only way is not known that is the failure")
    func unknownMethod() async throws {
        let http = ScriptedHTTP(Self.calendars(Self.free), Self.reply, .fault("ErrorInvalidRequest"))
        let record = try await check(http, Given.mailboxes("anna"), methods: [.streaming])
        #expect(record.line(.subscription) == "subscription failed subscription.method-unknown")
    }

    @Test("where nothing is to be subscribed to, nothing is")
    func silent() async throws {
        let http = ScriptedHTTP(Self.calendars(Self.free), Self.reply)
        let record = try await check(http, Given.mailboxes("anna"), methods: [])
        #expect(record.line(.subscription) == "subscription skipped")
        #expect(http.requests.count == 2)
    }

    @Test("a server that is busy is not asked on")
    func outage() async throws {
        let http = ScriptedHTTP(Self.calendars(Self.free, Self.free), .fault("ErrorServerBusy"))
        let record = try await check(http, Given.mailboxes("anna", "ben"))
        #expect(record.line(.reply) == "automatic-reply failed server.busy")
        #expect(http.requests.count <= 3)
        #expect(record.lines.last == "subscription skipped")
        #expect(record.steps.last { $0.name == .mailbox }?.seen.contains("server.busy") == true)
    }

    @Test("the first call of a server is waited for, and its answer ends the subscription")
    func called() async throws {
        let inbox = PushInbox(endsAtFirstCall: true)
        let scheduler = ManualScheduler(now: Given.now)
        let desk = CallbackDesk(inbox.arrivals(), scheduler: scheduler, patience: 90)
        let http = ScriptedHTTP(Self.calendars(Self.free), Self.reply, Self.subscribed)
        async let checked = check(
            http,
            Given.mailboxes("anna"),
            methods: [.push],
            push: Given.push(inbox),
            desk: desk
        )
        let token = await token(in: http)
        let body = Documents.push(Documents.notification("id-1", "StatusEvent", more: false, watermark: "W"))
        let end = PushReply.accepted(answer: SendNotificationAnswer.unsubscribe)
        #expect(inbox.receive(token: token, body: body) == end)
        let record = try await checked
        #expect(record.line(.callback) == "callback passed")
        #expect(inbox.receive(token: token, body: body) == end)
        #expect(scheduler.deadlines.isEmpty)
    }

    @Test("a server that does not call in time has failed, and it is not waited for again")
    func notCalled() async throws {
        let inbox = PushInbox(endsAtFirstCall: true)
        let scheduler = ManualScheduler(now: Given.now)
        let desk = CallbackDesk(inbox.arrivals(), scheduler: scheduler, patience: 90)
        let http = ScriptedHTTP(
            Self.calendars(Self.free, Self.free),
            Self.reply,
            Self.subscribed,
            Self.reply
        )
        async let checked = check(
            http,
            Given.mailboxes("anna", "ben"),
            methods: [.push],
            push: Given.push(inbox),
            desk: desk
        )
        while scheduler.deadlines.isEmpty { await Task.yield() }
        await scheduler.advance(by: 89)
        #expect(!desk.isInVain)
        await scheduler.advance(by: 1)
        let record = try await checked
        #expect(record.line(.callback) == "callback failed callback.unreachable")
        #expect(record.lines.suffix(2) == ["subscription skipped", "callback skipped"])
        #expect(http.requests.count == 4)
    }

    @Test("where nobody can wait for calls none are asked for")
    func portInUse() async throws {
        let http = ScriptedHTTP(Self.calendars(Self.free), Self.reply)
        let record = try await check(
            http,
            Given.mailboxes("anna"),
            methods: [.push],
            push: Given.push(PushInbox()),
            obstacle: "in use"
        )
        #expect(record.lines.suffix(2) == ["subscription skipped", "callback skipped"])
        #expect(record.seen(.subscription) == "in use")
        #expect(http.requests.count == 2)
    }

    /// The secret part of the URL that the third request told, once it was sent.
    private func token(in http: ScriptedHTTP) async -> String {
        while http.requests.count < 3 { await Task.yield() }
        let parts = http.bodies[2].split(separator: "<t:URL>https://presence.example.com:21020/ews/")
        return parts.count == 2 ? String(parts[1].prefix { $0 != "<" }) : ""
    }
}
