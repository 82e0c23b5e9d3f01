import Availability
import Exchange
import HTTPTransport
import TestSupport
import Testing

@Suite("Expanding groups")
struct DirectoryTests {
    private static func expand(
        _ answer: ScriptedHTTP.Answer
    ) async throws -> Result<DirectoryReading, DirectoryFailure> {
        try await Given.connector(ScriptedHTTP(answer)).expand(try #require(MailboxAddress("team@example.com")))
    }

    private static func answer(
        _ members: String,
        code: String = "NoError",
        attributes: String = " TotalItemsInView=\"3\" IncludesLastItemInRange=\"true\""
    ) -> ScriptedHTTP.Answer {
        .soap(
            """
            <m:ExpandDLResponse xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" \
            xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><m:ResponseMessages>\
            <m:ExpandDLResponseMessage ResponseClass="\(code == "NoError" ? "Success" : "Error")"><m:ResponseCode>\(code)\
            </m:ResponseCode>\(code == "NoError" ? "<m:DLExpansion\(attributes)>\(members)</m:DLExpansion>" : "")\
            </m:ExpandDLResponseMessage></m:ResponseMessages></m:ExpandDLResponse>
            """
        )
    }

    private static func member(_ name: String, _ address: String, _ type: String, routing: String = "SMTP") -> String {
        """
        <t:Mailbox><t:Name>\(name)</t:Name><t:EmailAddress>\(address)</t:EmailAddress>\
        <t:RoutingType>\(routing)</t:RoutingType><t:MailboxType>\(type)</t:MailboxType></t:Mailbox>
        """
    }

    private static func mailbox(_ name: String, displayName: String? = nil) throws -> DirectoryEntry {
        .mailbox(DirectoryMember(try #require(MailboxAddress("\(name)@example.com")), displayName: displayName))
    }

    @Test("one group is asked for, as the account itself")
    func request() async throws {
        let http = ScriptedHTTP(Self.answer(""))
        _ = try await Given.connector(http).expand(try #require(MailboxAddress("r&d@example.com")))
        #expect(http.requests.count == 1)
        let body = try #require(http.bodies.first)
        let mailbox = "<m:Mailbox><t:EmailAddress>r&amp;d@example.com</t:EmailAddress></m:Mailbox>"
        #expect(body.contains("<m:ExpandDL>\(mailbox)</m:ExpandDL>"))
        #expect(!body.contains("ExchangeImpersonation"))
        #expect(http.requests.first?.headers["X-AnchorMailbox"] == nil)
    }

    @Test(
        "a member is a mailbox, a group, or left out",
        arguments: [
            (member("Anna &amp; Ben", "Anna@Example.com", "Mailbox"), try mailbox("anna", displayName: "Anna & Ben")),
            (member("", "anna@example.com", "Unknown"), try mailbox("anna")),
            ("<t:Mailbox><t:EmailAddress>anna@example.com</t:EmailAddress></t:Mailbox>", try mailbox("anna")),
            // A name is one line, and no longer than the configuration takes.
            (member("Anna\n\t Q", "anna@example.com", "Mailbox"), try mailbox("anna", displayName: "Anna Q")),
            (
                member(String(repeating: "n", count: 300), "anna@example.com", "Mailbox"),
                try mailbox("anna", displayName: String(repeating: "n", count: 256))
            ),
            (
                member("Inner", "Inner@example.com", "PublicDL"),
                .group(try #require(MailboxAddress("inner@example.com")))
            ),
            (member("C", "c@example.com", "Contact"), .other),
            (member("P", "p@example.com", "PublicFolder"), .other),
            (member("O", "o@example.com", "OneOff"), .other),
            (member("G", "g@example.com", "GroupMailbox"), .other),
            (member("X", "/o=Ex/cn=x", "Mailbox", routing: "EX"), .other),
            (member("N", "nonsense", "Mailbox"), .other),
            ("<t:Mailbox><t:Name>Friends</t:Name><t:MailboxType>PrivateDL</t:MailboxType></t:Mailbox>", .other),
        ] as [(String, DirectoryEntry)]
    )
    func entries(member: String, entry: DirectoryEntry) async throws {
        #expect(try await Self.expand(Self.answer(member)) == .success(DirectoryReading([entry])))
    }

    @Test("an answer that says that it is not all is used, and told")
    func incomplete() async throws {
        let member = Self.member("A", "anna@example.com", "Mailbox")
        let result = try await Self.expand(Self.answer(member, attributes: " IncludesLastItemInRange=\"false\""))
        let reading = try result.get()
        #expect(reading.entries == [try Self.mailbox("anna", displayName: "A")])
        let failure = try #require(reading.failure)
        #expect(failure.diagnosis.id == "group.incomplete")
        #expect(failure.diagnosis.summary.contains("a part of the members of team@example.com, 1 in number"))
        #expect(flaws(in: failure.diagnosis) == [])
    }

    @Test(
        "a group that is not told is data",
        arguments: [
            (answer("", code: "ErrorNameResolutionNoResults"), "group.not-found"),
            (answer("", code: "ErrorNonExistentMailbox"), "group.not-found"),
            (answer("", code: "ErrorNameResolutionMultipleResults"), "group.ambiguous"),
            (answer("", code: "ErrorAccessDenied"), "group.no-access"),
            (answer("", code: "ErrorADOperation"), "server.fault"),
            (ScriptedHTTP.Answer.fault("ErrorNameResolutionNoResults"), "group.not-found"),
        ]
    )
    func groupFailures(answer: ScriptedHTTP.Answer, id: String) async throws {
        guard case .failure(let failure) = try await Self.expand(answer) else {
            Issue.record("expanded")
            return
        }
        #expect(failure.diagnosis.id == id)
        #expect(failure.retry == .later)
        #expect(flaws(in: failure.diagnosis) == [])
    }

    @Test(
        "what concerns the server or the account is no fault of the group",
        arguments: [
            (ScriptedHTTP.Answer.fault("ErrorServerBusy"), "server.busy", false),
            (answer("", code: "ErrorServerBusy"), "server.busy", false),
            (.fault("ErrorAccessDenied"), "access.denied", false),
            (.fault("ErrorInvalidRequest"), "server.fault", true),
            (.soap("<m:Other xmlns:m=\"urn:x\"/>"), "server.unexpected-answer", true),
            (.failure(.connectionClosed), "server.no-answer", false),
        ]
    )
    func wholeFailures(answer: ScriptedHTTP.Answer, id: String, isOfRequest: Bool) async throws {
        await #expect {
            _ = try await Self.expand(answer)
        } throws: { error in
            let failure = error as? SourceFailure
            return failure?.diagnosis.id == id && failure?.isOfRequest == isOfRequest
        }
    }
}
