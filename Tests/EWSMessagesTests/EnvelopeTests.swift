import Foundation
import TestSupport
import Testing

@testable import EWSMessages

@Suite("Envelopes and faults")
struct EnvelopeTests {
    typealias Reply = EWSReply<GetUserAvailabilityResponse>

    private static func reply(_ body: String, version: String = Documents.exchange2019) throws -> Reply {
        try GetUserAvailabilityResponse.decode(Documents.envelope(body, version: version))
    }

    private static func reason(_ bytes: [UInt8], limits: ParserLimits = ParserLimits()) -> EWSDecodingError.Reason? {
        do {
            _ = try GetUserAvailabilityResponse.decode(bytes, limits: limits)
            return nil
        } catch {
            return error.reason
        }
    }

    private static let empty = """
        <GetUserAvailabilityResponse xmlns="http://schemas.microsoft.com/exchange/services/2006/messages"/>
        """

    @Test(
        "the header tells the build; its attributes may be missing",
        arguments: [
            (Documents.serverVersion(14, 3, 181, 6), ServerVersion?.some(ServerVersion(14, 3, 181, 6))),
            (
                #"<t:ServerVersionInfo MajorVersion="15" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"/>"#,
                ServerVersion(15, 0)
            ),
            (
                #"<t:ServerVersionInfo Version="Exchange2016" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"/>"#,
                nil
            ),
            ("", nil),
        ]
    )
    func serverVersion(header: String, expected: ServerVersion?) throws {
        #expect(try Self.reply(Self.empty, version: header).serverVersion == expected)
    }

    @Test("a fault of Exchange tells its code and how long to wait")
    func serverBusy() throws {
        let body = """
            <s:Fault><faultcode xmlns:a="http://schemas.microsoft.com/exchange/services/2006/types">a:ErrorServerBusy\
            </faultcode><faultstring xml:lang="de-DE">Der Server ist ausgelastet.</faultstring><detail>\
            <e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">ErrorServerBusy\
            </e:ResponseCode><e:Message xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">x</e:Message>\
            <t:MessageXml xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">\
            <t:Value Name="BackOffMilliseconds">297749</t:Value><t:Value Name="Policy">CPU</t:Value></t:MessageXml>\
            </detail></s:Fault>
            """
        let expected = SOAPFault(
            faultCode: "a:ErrorServerBusy",
            faultString: "Der Server ist ausgelastet.",
            responseCode: .serverBusy,
            messageXml: MessageXml(values: ["BackOffMilliseconds": "297749", "Policy": "CPU"])
        )
        let reply = try Self.reply(body)
        #expect(reply.result == .fault(expected))
        #expect(expected.messageXml.backOffMilliseconds == 297_749)
    }

    @Test(
        "a fault without detail may have its code in the fault code",
        arguments: [
            ("ErrorImpersonateUserDenied", ResponseCode?.some(.impersonateUserDenied)),
            ("a:ErrorInvalidServerVersion", .invalidServerVersion),
            ("soap:Client", nil),
            ("SOAP:Server", nil),
            ("", nil),
        ]
    )
    func bareFaults(faultCode: String, expected: ResponseCode?) throws {
        let content = "<faultcode> \(faultCode)\n</faultcode><faultstring>no</faultstring>"
        let reply = try Self.reply("<s:Fault>\(content)</s:Fault>")
        #expect(
            reply.result == .fault(SOAPFault(faultCode: faultCode, faultString: "no", responseCode: expected))
        )
    }

    @Test(
        "a time to wait that makes no sense is none, and none is longer than a day",
        arguments: [("soon", Int?.none), ("-5", 0), ("0", 0), ("99999999999", 86_400_000)]
    )
    func backOff(text: String, expected: Int?) {
        #expect(MessageXml(values: ["BackOffMilliseconds": text]).backOffMilliseconds == expected)
    }

    @Test(
        "what is no answer is refused with its reason",
        arguments: [
            ([], EWSDecodingError.Reason.empty),
            (Array("<html><body>Sign in</body></html>".utf8), .notAnEnvelope(root: "html")),
            (
                Array(#"<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"/>"#.utf8),
                .notAnEnvelope(root: "Envelope")
            ),
            (Documents.envelope(""), .unexpectedBody(found: nil)),
            (Documents.envelope("<GetFolderResponse/>"), .unexpectedBody(found: "GetFolderResponse")),
            (
                Array(#"<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>"#.utf8),
                .documentTypeRefused
            ),
        ]
    )
    func refused(bytes: [UInt8], expected: EWSDecodingError.Reason) {
        #expect(Self.reason(bytes) == expected)
    }

    @Test("a malformed document tells the line and the byte")
    func malformed() throws {
        let bytes = Array("<?xml version=\"1.0\"?>\n<a>\n<b></c></a>".utf8)
        let envelope = Array(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\">\n\n<s:Body></s:Head></s:Envelope>".utf8
        )
        #expect(Self.reason(bytes) == .notAnEnvelope(root: "a"))
        do {
            _ = try GetUserAvailabilityResponse.decode(envelope)
            Issue.record("decoded")
        } catch {
            guard case .malformed(let code, let message) = error.reason else {
                Issue.record("\(error)")
                return
            }
            // XML_ERR_TAG_NAME_MISMATCH
            #expect(code == 76)
            #expect(!message.isEmpty)
            #expect(error.line == 3)
            #expect((66...envelope.count).contains(error.byteOffset))
        }
    }

    @Test("what stands behind the envelope spoils it")
    func trailing() {
        let bytes = Documents.envelope(Self.empty)
        guard case .malformed? = Self.reason(bytes + Documents.envelope(Self.empty)) else {
            Issue.record("decoded")
            return
        }
        #expect(Self.reason(bytes + Array("\n\n".utf8)) == nil)
    }

    @Test(
        "each limit holds",
        arguments: [
            (ParserLimits(bytes: 100), EWSDecodingError.Limit.bytes), (ParserLimits(depth: 4), .depth),
            (ParserLimits(textBytes: 10), .textBytes), (ParserLimits(elements: 7), .elements),
        ]
    )
    func limits(limits: ParserLimits, expected: EWSDecodingError.Limit) {
        let bytes = Documents.availability([Documents.failedMailbox("ErrorAccessDenied")])
        #expect(Self.reason(bytes) == nil)
        #expect(Self.reason(bytes, limits: limits) == .limitExceeded(expected))
    }

    @Test("elements nested without end are refused, also where they are skipped")
    func nesting() {
        let depth = 100_000
        let body = String(repeating: "<x>", count: depth) + String(repeating: "</x>", count: depth)
        #expect(Self.reason(Documents.envelope(body)) == .limitExceeded(.depth))
    }
}
