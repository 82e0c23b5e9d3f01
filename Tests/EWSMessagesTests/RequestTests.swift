import Foundation
import TestSupport
import Testing

@testable import EWSMessages

@Suite("Requests")
struct RequestTests {
    static let window = Duration(startTime: time("2026-11-22T00:00:00Z"), endTime: time("2026-11-30T00:00:00Z"))

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("GetUserOofSettings is written as the reference page shows it")
    func outOfOffice() {
        let request = GetUserOofSettingsRequest(mailbox: "anna@example.com")
        let context = RequestContext(version: .exchange2010SP2, impersonation: "anna@example.com")
        let expected = """
            <?xml version="1.0" encoding="utf-8"?>\
            <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" \
            xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" \
            xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">\
            <s:Header><t:RequestServerVersion Version="Exchange2010_SP2"></t:RequestServerVersion>\
            <t:ExchangeImpersonation><t:ConnectingSID>\
            <t:PrimarySmtpAddress>anna@example.com</t:PrimarySmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>\
            </s:Header><s:Body><m:GetUserOofSettingsRequest><t:Mailbox><t:Address>anna@example.com</t:Address>\
            </t:Mailbox></m:GetUserOofSettingsRequest></s:Body></s:Envelope>
            """
        #expect(Self.text(request.encoded(in: context)) == expected)
    }

    @Test("GetUserAvailability asks for each mailbox, in UTC, and wants no suggestions")
    func availability() throws {
        let request = try GetUserAvailabilityRequest(
            mailboxes: ["anna@example.com", "ben@example.com"],
            window: Self.window,
            view: .freeBusy
        )
        let text = Self.text(request.encoded(in: RequestContext(version: .exchange2013)))
        #expect(text.contains("<m:GetUserAvailabilityRequest><t:TimeZone><t:Bias>0</t:Bias><t:StandardTime>"))
        let mailboxes = text.split(separator: "<t:Address>").dropFirst().map { $0.prefix { $0 != "<" } }
        #expect(mailboxes == ["anna@example.com", "ben@example.com"])
        #expect(text.contains("<t:StartTime>2026-11-22T00:00:00</t:StartTime>"))
        #expect(text.contains("<t:EndTime>2026-11-30T00:00:00</t:EndTime>"))
        #expect(text.contains("<t:RequestedView>FreeBusy</t:RequestedView>"))
        #expect(!text.contains("Suggestions"))
        #expect(!text.contains("Impersonation"))
    }

    @Test("what no server would take is not asked")
    func mistakes() {
        func mistake(
            _ count: Int,
            seconds: TimeInterval = 86_400,
            from start: Date = time("2026-11-22T00:00:00Z"),
            interval: Int = 30
        ) -> GetUserAvailabilityRequest.Mistake? {
            do {
                _ = try GetUserAvailabilityRequest(
                    mailboxes: Array(repeating: "anna@example.com", count: count),
                    window: Duration(startTime: start, endTime: start + seconds),
                    view: .freeBusy,
                    mergedIntervalInMinutes: interval
                )
                return nil
            } catch {
                return error
            }
        }
        #expect(mistake(0) == .mailboxCount(0))
        #expect(mistake(1) == nil)
        #expect(mistake(100) == nil)
        #expect(mistake(101) == .mailboxCount(101))
        #expect(mistake(1, seconds: 0) == .window)
        #expect(mistake(1, seconds: -60) == .window)
        #expect(mistake(1, seconds: 42 * 86_400) == nil)
        #expect(mistake(1, seconds: 42 * 86_400 + 1) == .window)
        #expect(mistake(1, from: .distantPast - 1e12) == .window)
        #expect(mistake(1, seconds: .nan) == .window)
        #expect(mistake(1, interval: 4) == .mergedInterval(4))
        #expect(mistake(1, interval: 1_440) == nil)
    }

    @Test(
        "text is escaped, and a forbidden character replaced",
        arguments: [
            ("a&b<c>\"d'", "a&amp;b&lt;c&gt;&quot;d'"), ("\t\n\r", "&#9;&#10;&#13;"), ("é😀", "é😀"),
            ("a\u{0}b\u{1B}c\u{FFFE}\u{FFFF}", "a\u{FFFD}b\u{FFFD}c\u{FFFD}\u{FFFD}"),
        ]
    )
    func escaping(text: String, expected: String) {
        let bytes = GetUserOofSettingsRequest(mailbox: text).encoded(in: RequestContext(version: .exchange2016))
        #expect(Self.text(bytes).contains("<t:Address>\(expected)</t:Address>"))
    }
}

/// Microsoft's schemas judge what we send. Needs the samples beside the repository, and `xmllint`.
@Suite("ConformanceTests: requests", .enabled(if: SharedFolder.exists, "../shared is not here"))
struct RequestConformanceTests {
    @Test("every request is valid by the schemas of Exchange SE")
    func valid() throws {
        let folder = try TemporaryFolder()
        var files: [String] = []
        for version in ExchangeVersion.allCases {
            for impersonation in [nil, "o'neil&co@example.com"] {
                let context = RequestContext(version: version, impersonation: impersonation)
                for (name, bytes) in try Self.requests(in: context) {
                    let file = "\(name)-\(version.rawValue)-\(impersonation == nil ? "self" : "impersonated").xml"
                    files.append(try folder.write(String(decoding: bytes, as: UTF8.self), to: file))
                }
            }
        }
        #expect(try Self.lint(files) == 0)
    }

    @Test("our answers to a push, and the pushes and streams that the tests read, are valid too")
    func notifications() throws {
        let folder = try TemporaryFolder()
        let answers = SendNotificationResult.allCases.map(\.encoded)
        let events = Documents.events("t:Notification", content: "<t:StatusEvent/>")
        let documents =
            answers + [Documents.push(Documents.pushed), Documents.streaming(Documents.notifications(events))]
        let files = try documents.enumerated().map { number, bytes in
            try folder.write(String(decoding: bytes, as: UTF8.self), to: "\(number).xml")
        }
        #expect(try Self.lint(files) == 0)
    }

    @Test("the mail tips and the members of groups that the tests read are valid too")
    func directory() throws {
        let folder = try TemporaryFolder()
        let parts = [Documents.mailTips(Documents.awayTip), Documents.mailTips(nil, pending: "All")]
        let members = """
            <m:DLExpansion TotalItemsInView="1" IncludesLastItemInRange="true"><t:Mailbox><t:Name>A</t:Name>\
            <t:EmailAddress>a@example.com</t:EmailAddress><t:MailboxType>GroupMailbox</t:MailboxType></t:Mailbox>\
            </m:DLExpansion>
            """
        let documents = [Documents.mailTipsAnswer(parts), Documents.answer("ExpandDL", members)]
        let files = try documents.enumerated().map { number, bytes in
            try folder.write(String(decoding: bytes, as: UTF8.self), to: "\(number).xml")
        }
        #expect(try Self.lint(files) == 0)
    }

    @Test("the judge does judge: a request with a misspelt element is invalid")
    func invalid() throws {
        let folder = try TemporaryFolder()
        let bytes = GetUserOofSettingsRequest(mailbox: "anna@example.com")
            .encoded(in: RequestContext(version: .exchange2016))
        let text = String(decoding: bytes, as: UTF8.self).replacing("t:Address", with: "t:Adress")
        // 3: validation failed, as xmllint's manual page says.
        #expect(try Self.lint([folder.write(text, to: "misspelt.xml")]) == 3)
    }

    private static func requests(in context: RequestContext) throws -> [(String, [UInt8])] {
        let many = (1...100).map { "user\($0)@example.com" }
        var requests = [("GetUserOofSettings", GetUserOofSettingsRequest(mailbox: "a\u{1}<b>").encoded(in: context))]
        requests += try NotificationRequestTests.requests(in: context)
        requests.append(("ExpandDL", ExpandDLRequest(mailbox: "r&d\u{1}@example.com").encoded(in: context)))
        for count in [1, 100] {
            let request = try GetMailTipsRequest(sendingAs: "<service>", recipients: Array(many.prefix(count)))
            requests.append(("GetMailTips-\(count)", request.encoded(in: context)))
        }
        for view in FreeBusyViewType.allCases {
            let request = try GetUserAvailabilityRequest(
                mailboxes: view == .freeBusy ? many : ["anna@example.com"],
                window: RequestTests.window,
                view: view
            )
            requests.append(("GetUserAvailability-\(view.rawValue)", request.encoded(in: context)))
        }
        return requests
    }

    private static func lint(_ files: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let schema = SharedFolder.path("ews/schema/wrapper-strict.xsd")
        process.arguments = ["xmllint", "--nonet", "--noout", "--schema", schema] + files
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
