import Testing

@testable import EWSMessages

/// Samples and recordings of what a server tells of people and groups, against what a person reads in them.
@Suite("ConformanceTests: people and groups", .enabled(if: SharedFolder.exists, "../shared is not here"))
struct DirectoryConformanceTests {
    @Test("ExpandDL reads as a person reads it", arguments: ExpandDLExpectation.all)
    func expandDL(expectation: ExpandDLExpectation) throws {
        let reply = try ExpandDLResponse.decode(SharedFolder.bytes(expectation.file))
        #expect(reply == EWSReply(serverVersion: expectation.serverVersion, result: .success(expectation.response)))
    }

    /// The documentation forgets the namespace of the answer's element, so the answer is not found.
    @Test("ExpandDL of the guide reads as a person reads it, once its element has its namespace")
    func guide() throws {
        let bytes = try SharedFolder.bytes(Self.guide)
        do {
            _ = try ExpandDLResponse.decode(bytes)
            Issue.record("decoded")
        } catch {
            #expect(error.reason == .unexpectedBody(found: "ExpandDLResponse"))
        }
        let namespace = "http://schemas.microsoft.com/exchange/services/2006/messages"
        let mended = String(decoding: bytes, as: UTF8.self)
            .replacing("<ExpandDLResponse ", with: "<ExpandDLResponse xmlns=\"\(namespace)\" ")
        guard case .success(let response) = try ExpandDLResponse.decode(Array(mended.utf8)).result else {
            Issue.record("a fault")
            return
        }
        let members = try #require(response.expansion?.members)
        #expect(members.map(\.name) == ["Sadie Daniels", "Alfred Welker", "Contoso Sales", "Contoso Support"])
        let addresses = ["sadie@contoso.com", "alfred@contoso.com", "sales@contoso.com", "support@contoso.com"]
        #expect(members.map(\.smtpAddress) == addresses)
        #expect(members.map(\.mailboxType) == [.mailbox, .mailbox, .publicDL, .publicDL])
    }

    @Test("GetMailTips reads as a person reads it", arguments: MailTipsExpectation.all)
    func mailTips(expectation: MailTipsExpectation) throws {
        let reply = try GetMailTipsResponse.decode(SharedFolder.bytes(expectation.file))
        let response = GetMailTipsResponse(
            responseMessage: ResponseMessage(.noError),
            mailTipsResponses: expectation.mailTips.map { .success($0) }
        )
        #expect(reply == EWSReply(serverVersion: expectation.serverVersion, result: .success(response)))
        #expect(expectation.mailTips.allSatisfy { $0.automaticReply == expectation.automaticReply })
    }

    private static let guide = "ews/samples-nsfixed/ExpandDL/01-msdocs-expand-distribution-groups.response.xml"

    /// Every file whose expectation stands above.
    static let files = ExpandDLExpectation.all.map(\.file) + MailTipsExpectation.all.map(\.file) + [guide]
}
