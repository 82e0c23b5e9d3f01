import Testing

@testable import EWSMessages

/// What a person reads in a response of ExpandDL.
struct ExpandDLExpectation: CustomTestStringConvertible, Sendable {
    var file: String
    var serverVersion: ServerVersion?
    var response: ExpandDLResponse

    var testDescription: String { file }

    static let all = [
        success(
            "recorded-grommunio/ExpandDL/02",
            .grommunio,
            [
                member("Dave Tester", "dave@example.test", .mailbox),
                member("outsider@elsewhere.test", "outsider@elsewhere.test", .mailbox),
                member("Team DL", "team@example.test", .publicDL),
            ]
        ),
        missing("04"), missing("06"),
        success(
            "samples/ExpandDL/04-msdocs-expanddl-operation",
            ServerVersion(8, 0, 628, 0),
            [
                member("Dan Park", "dpark@exampledomain.com", .mailbox),
                member("Jeff Price", "jprice@exampledomain.com", .mailbox),
                member("Tanja Plate", "tplate@exampledomain.com", .mailbox),
            ]
        ),
        success(
            "samples/ExpandDL/09-ewsjs-DLExpansionMultipleMembersSMTPtypeResponse",
            ServerVersion(15, 1, 213, 13),
            [
                member("child group1", "child_group1@contoso.com", .publicDL),
                member("child group2", "child_group2@contoso.com", .publicDL),
            ]
        ),
    ]

    private static func success(
        _ name: String,
        _ serverVersion: ServerVersion?,
        _ members: [EmailAddress]
    ) -> ExpandDLExpectation {
        ExpandDLExpectation(
            file: "ews/\(name).response.xml",
            serverVersion: serverVersion,
            response: ExpandDLResponse(
                responseMessage: ResponseMessage(.noError),
                expansion: ExpandDLResponse.DLExpansion(members: members, includesLastItemInRange: true)
            )
        )
    }

    private static func missing(_ number: String) -> ExpandDLExpectation {
        ExpandDLExpectation(
            file: "ews/recorded-grommunio/ExpandDL/\(number).response.xml",
            serverVersion: .grommunio,
            response: ExpandDLResponse(
                responseMessage: ResponseMessage(
                    .nameResolutionNoResults,
                    messageText: "E-3311: ExpandDL: distribution list not found"
                )
            )
        )
    }

    private static func member(_ name: String, _ address: String, _ type: EmailAddress.MailboxType) -> EmailAddress {
        EmailAddress(name: name, emailAddress: address, routingType: "SMTP", mailboxType: type)
    }
}

/// What a person reads in a response of GetMailTips.
struct MailTipsExpectation: CustomTestStringConvertible, Sendable {
    var file: String
    var serverVersion: ServerVersion?
    var mailTips: [MailTips]
    /// The same for all recipients.
    var automaticReply: MailTips.AutomaticReply

    var testDescription: String { file }

    static let all = [
        recorded("02", [EmailAddress(emailAddress: "bob@example.test", routingType: "SMTP", mailboxType: .mailbox)]),
        recorded(
            "04",
            [EmailAddress(emailAddress: "alice@example.test"), EmailAddress(emailAddress: "bob@example.test")]
        ),
        MailTipsExpectation(
            file: "ews/samples/OtherErrors-GetMailTips/01-exchangelib-mail-tips.response.xml",
            serverVersion: nil,
            mailTips: [
                MailTips(
                    recipientAddress: EmailAddress(emailAddress: "user2@contoso.com", routingType: "SMTP"),
                    outOfOffice: MailTips.OutOfOfficeMailTip(replyBody: "")
                )
            ],
            automaticReply: .inactive
        ),
    ]

    /// The server writes elements of its own that say nobody is away, and not the one that the schema demands.
    private static func recorded(_ number: String, _ recipients: [EmailAddress]) -> MailTipsExpectation {
        MailTipsExpectation(
            file: "ews/recorded-grommunio/GetMailTips/\(number).response.xml",
            serverVersion: .grommunio,
            mailTips: recipients.map {
                MailTips(recipientAddress: $0, outOfOffice: MailTips.OutOfOfficeMailTip(replyBody: nil))
            },
            automaticReply: .untold
        )
    }
}
