import Availability
import Exchange
import HTTPTransport
import TestSupport
import Testing

@Suite("As whom an application asks")
struct StandInTests {
    private static func good(_ count: Int) -> ScriptedHTTP.Answer {
        let parts = Array(repeating: Documents.mailbox("FreeBusy"), count: count).joined()
        return .soap(Documents.availability(parts))
    }

    private func read(_ connector: EWSConnector, _ mailboxes: [MailboxAddress]) async throws -> [String?] {
        try await connector.readBusyTimes(of: mailboxes, within: Given.window).map { reading in
            guard case .failure(let failure) = reading else { return nil }
            return failure.diagnosis.id
        }
    }

    @Test("calendars are read as one of their owners, who is named in the header for the front end")
    func firstMailbox() async throws {
        let http = ScriptedHTTP(Self.good(2))
        let connector = try Given.applicationConnector(http)
        #expect(try await read(connector, Given.mailboxes("anna", "ben")) == [nil, nil])
        #expect(http.requests.map(\.impersonated) == ["anna@example.com"])
        #expect(http.requests.first?.headers["X-AnchorMailbox"] == "anna@example.com")
    }

    @Test("the account's own mailbox comes first where it is given")
    func accountAddress() async throws {
        let http = ScriptedHTTP(Self.good(2))
        let connector = try Given.applicationConnector(http, account: "service@example.com")
        #expect(try await read(connector, Given.mailboxes("anna", "ben")) == [nil, nil])
        #expect(http.requests.map(\.impersonated) == ["service@example.com"])
    }

    @Test(
        "somebody who cannot be acted as does not stand in the way of the others, who are asked about all the same",
        arguments: [
            "ErrorNonExistentMailbox", "ErrorImpersonateUserDenied", "ErrorImpersonationFailed", "ErrorAccessDenied",
            "ErrorNonPrimarySmtpAddress", "ErrorMailboxMoveInProgress", "ErrorAccountDisabled",
        ]
    )
    func another(code: String) async throws {
        let http = ScriptedHTTP(.fault(code), Self.good(3))
        let connector = try Given.applicationConnector(http)
        #expect(try await read(connector, Given.mailboxes("anna", "ben", "carl")) == [nil, nil, nil])
        #expect(http.requests.map(\.impersonated) == ["anna@example.com", "ben@example.com"])
        #expect(http.bodies.last?.contains("anna@example.com") == true)
        // Who worked is kept to, whoever is asked about.
        #expect(try await read(connector, Given.mailboxes("anna", "dora", "emil")) == [nil, nil, nil])
        #expect(http.requests.last?.impersonated == "ben@example.com")
    }

    @Test("a mailbox of another tenant is passed over as well")
    func anotherTenant() async throws {
        let refused = ScriptedHTTP.Answer.tokenRefused("The tenant for realm 'x' does not exist.", "invalid_tenant")
        let http = ScriptedHTTP(refused, Self.good(2))
        let connector = try Given.applicationConnector(http)
        #expect(try await read(connector, Given.mailboxes("anna", "ben")) == [nil, nil])
    }

    @Test("where each was tried, each has its own failure")
    func eachFailed() async throws {
        let http = ScriptedHTTP(.fault("ErrorNonExistentMailbox"), .fault("ErrorImpersonateUserDenied"))
        let connector = try Given.applicationConnector(http)
        #expect(
            try await read(connector, Given.mailboxes("anna", "ben"))
                == ["mailbox.not-found", "access.impersonation-denied"]
        )
    }

    @Test("what is denied in everybody's name is denied to the application")
    func denied() async throws {
        let http = ScriptedHTTP(.fault("ErrorAccessDenied"))
        #expect(try await Given.applicationConnector(http).failure()?.diagnosis.id == "access.denied")
    }

    @Test("five are tried at once, and others the next time")
    func five() async throws {
        let http = ScriptedHTTP(.fault("ErrorImpersonateUserDenied"))
        let connector = try Given.applicationConnector(http)
        let mailboxes = Given.mailboxes("a", "b", "c", "d", "e", "f", "g")
        for _ in 0..<2 {
            do {
                _ = try await read(connector, mailboxes)
                Issue.record("there is no failure")
            } catch let error as SourceFailure {
                #expect(error.diagnosis.id == "access.impersonation-denied")
                #expect(error.retry == .later)
            }
        }
        let names = http.requests.compactMap(\.impersonated).compactMap(\.first)
        #expect(String(names) == "abcde" + "fgabc")
    }

    @Test("a server that is busy is not asked in somebody else's name")
    func busy() async throws {
        let http = ScriptedHTTP(.fault("ErrorServerBusy"))
        let connector = try Given.applicationConnector(http)
        #expect(await connector.failure()?.diagnosis.id == "server.busy")
        #expect(http.requests.count == 1)
    }

    @Test("an administrator who wants another attempt has the account's mailbox tried again")
    func forced() async throws {
        let http = ScriptedHTTP(.fault("ErrorNonExistentMailbox"), Self.good(1))
        let connector = try Given.applicationConnector(http, account: "service@example.com")
        _ = await connector.failure()
        _ = await connector.failure()
        await connector.allowAnotherAttempt()
        _ = await connector.failure()
        let names = http.requests.map(\.impersonated)
        #expect(names == ["service", "anna", "anna", "service"].map { "\($0)@example.com" })
    }

    @Test("mail tips are for who is acted as")
    func mailTips() async throws {
        let http = ScriptedHTTP(.fault("ErrorNonExistentMailbox"), .fault("ErrorServerBusy"))
        let connector = try Given.applicationConnector(http)
        #expect(connector.hintObstacle == nil)
        _ = try? await connector.readReplyHints(of: Given.mailboxes("anna", "ben"))
        #expect(http.requests.map(\.impersonated) == ["anna@example.com", "ben@example.com"])
        let senders = http.bodies.map { body in
            body.split(separator: "<m:SendingAs>").last.map { $0.prefix { $0 != "/" } }?.contains("ben@example.com")
        }
        #expect(senders == [false, true])
    }

    @Test("a group is asked for as somebody who worked, and not at all before there is somebody")
    func groups() async throws {
        let http = ScriptedHTTP(Self.good(1), .fault("ErrorServerBusy"))
        let connector = try Given.applicationConnector(http)
        let group = Given.mailboxes("sales")[0]
        do {
            _ = try await connector.expand(group)
            Issue.record("there is no failure")
        } catch {
            #expect(error.diagnosis.id == "account.no-address")
            #expect(flaws(in: error.diagnosis) == [])
        }
        #expect(http.requests.isEmpty)
        _ = try await read(connector, Given.mailboxes("anna"))
        _ = try? await connector.expand(group)
        #expect(http.requests.last?.impersonated == "anna@example.com")
    }

    @Test("what is about one mailbox is asked as that mailbox, also where access says otherwise")
    func delegate() async throws {
        let http = ScriptedHTTP(.fault("ErrorServerBusy"))
        let connector = try Given.applicationConnector(http, access: .delegate)
        let anna = Given.mailboxes("anna")[0]
        _ = try? await connector.readAutomaticReply(of: anna)
        _ = try? await connector.subscribe(to: anna, by: .pull, route: NotificationRoute(anchor: anna))
        #expect(http.requests.map(\.impersonated) == ["anna@example.com", "anna@example.com"])
        #expect(http.requests.allSatisfy { $0.headers["X-AnchorMailbox"] == "anna@example.com" })
    }
}
