import Testing

@testable import EWSMessages

@Suite("ExpandDL")
struct ExpandDLTests {
    private static func expansion(_ content: String) throws -> ExpandDLResponse.DLExpansion? {
        guard case .success(let response) = try ExpandDLResponse.decode(Documents.answer("ExpandDL", content)).result
        else { return nil }
        #expect(response.responseMessage == ResponseMessage(.noError))
        return response.expansion
    }

    @Test("the request names the group, as the reference page shows it")
    func request() {
        let request = ExpandDLRequest(mailbox: "r&d@example.com")
        let text = String(decoding: request.encoded(in: RequestContext(version: .exchange2007SP1)), as: UTF8.self)
        let expected = """
            <s:Body><m:ExpandDL><m:Mailbox><t:EmailAddress>r&amp;d@example.com</t:EmailAddress></m:Mailbox></m:ExpandDL>\
            </s:Body></s:Envelope>
            """
        #expect(text.hasSuffix(expected))
    }

    @Test("members come with what is told of them, and what is not told stays empty")
    func members() throws {
        let content = """
            <m:DLExpansion TotalItemsInView="4" IncludesLastItemInRange="true">\
            <t:Mailbox><t:Name>Anna &amp; Ben</t:Name><t:EmailAddress> anna@example.com </t:EmailAddress>\
            <t:RoutingType>SMTP</t:RoutingType><t:MailboxType>Mailbox</t:MailboxType></t:Mailbox>\
            <t:Mailbox><t:Name>Old</t:Name><t:EmailAddress>/o=Ex/cn=old</t:EmailAddress><t:RoutingType>EX</t:RoutingType>\
            <t:MailboxType>Mailbox</t:MailboxType></t:Mailbox>\
            <t:Mailbox><t:Name>Friends</t:Name><t:MailboxType>PrivateDL</t:MailboxType><t:ItemId Id="x"/></t:Mailbox>\
            <t:Mailbox><t:EmailAddress>new@example.com</t:EmailAddress><t:MailboxType>Robot</t:MailboxType></t:Mailbox>\
            <t:Mailbox/></m:DLExpansion>
            """
        let members = try #require(try Self.expansion(content)).members
        #expect(
            members == [
                EmailAddress(
                    name: "Anna & Ben",
                    emailAddress: "anna@example.com",
                    routingType: "SMTP",
                    mailboxType: .mailbox
                ),
                EmailAddress(name: "Old", emailAddress: "/o=Ex/cn=old", routingType: "EX", mailboxType: .mailbox),
                EmailAddress(name: "Friends", emailAddress: nil, mailboxType: .privateDL),
                EmailAddress(emailAddress: "new@example.com", mailboxType: .unknown),
                EmailAddress(emailAddress: nil),
            ]
        )
        #expect(members.map(\.smtpAddress) == ["anna@example.com", nil, nil, "new@example.com", nil])
    }

    @Test("every type of mailbox that the schema names is known", arguments: EmailAddress.MailboxType.allCases)
    func mailboxTypes(type: EmailAddress.MailboxType) throws {
        let member = "<t:Mailbox><t:MailboxType>\(type.rawValue)</t:MailboxType></t:Mailbox>"
        let expansion = try Self.expansion("<m:DLExpansion>\(member)</m:DLExpansion>")
        #expect(expansion?.members.map(\.mailboxType) == [type])
        let names = [
            "Unknown", "OneOff", "Mailbox", "PublicDL", "PrivateDL", "Contact", "PublicFolder", "GroupMailbox",
            "ImplicitContact",
        ]
        #expect(EmailAddress.MailboxType.allCases.map(\.rawValue).sorted() == names.sorted())
    }

    @Test(
        "whether these are all members is what the server says, or taken for granted",
        arguments: [
            (" IncludesLastItemInRange=\"true\"", true), (" IncludesLastItemInRange=\"1\"", true),
            (" IncludesLastItemInRange=\"false\"", false), (" IncludesLastItemInRange=\"0\"", false), ("", true),
        ]
    )
    func completeness(attribute: String, expected: Bool) throws {
        let expansion = try Self.expansion("<m:DLExpansion\(attribute)/>")
        #expect(expansion == ExpandDLResponse.DLExpansion(members: [], includesLastItemInRange: expected))
    }

    @Test("a group without members may have no expansion at all")
    func empty() throws {
        #expect(try Self.expansion("") == ExpandDLResponse.DLExpansion(members: []))
    }

    @Test("an address that is too long is none, rather than another's")
    func longAddress() throws {
        for (count, isKept) in [(1_000, true), (1_001, false)] {
            let address = String(repeating: "a", count: count)
            let member = "<t:Mailbox><t:EmailAddress>\(address)</t:EmailAddress></t:Mailbox>"
            let expansion = try Self.expansion("<m:DLExpansion>\(member)</m:DLExpansion>")
            #expect(expansion?.members == [EmailAddress(emailAddress: isKept ? address : nil)])
        }
    }

    @Test(
        "an error has no expansion",
        arguments: [
            ("ErrorNameResolutionNoResults", ResponseCode.nameResolutionNoResults),
            ("ErrorNameResolutionMultipleResults", .nameResolutionMultipleResults),
            ("ErrorAccessDenied", .accessDenied),
        ]
    )
    func errors(code: String, expected: ResponseCode) throws {
        let reply = try ExpandDLResponse.decode(Documents.answer("ExpandDL", "", code: code))
        #expect(reply.result == .success(ExpandDLResponse(responseMessage: ResponseMessage(expected))))
    }

    @Test("an answer without a code is none")
    func nonsense() {
        let bytes = Documents.envelope(
            "<m:ExpandDLResponse xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\"/>"
        )
        #expect {
            _ = try ExpandDLResponse.decode(bytes)
        } throws: {
            ($0 as? EWSDecodingError)?.reason == .missing(element: "ResponseCode")
        }
    }
}
