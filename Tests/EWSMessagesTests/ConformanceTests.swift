import Foundation
import TestSupport
import Testing

@testable import EWSMessages

/// Samples from documentation, from other projects' tests and from a running server, against what a person reads in
/// them. Needs the folder of samples beside the repository; where it is not there, the suite is skipped.
@Suite("ConformanceTests: responses", .enabled(if: SharedFolder.exists, "../shared is not here"))
struct ConformanceTests {
    @Test("GetUserAvailability reads as a person reads it", arguments: AvailabilityExpectation.all)
    func availability(expectation: AvailabilityExpectation) throws {
        let reply = try GetUserAvailabilityResponse.decode(SharedFolder.bytes(expectation.file))
        #expect(reply.serverVersion == expectation.serverVersion)
        #expect(
            reply.result == .success(GetUserAvailabilityResponse(freeBusyResponses: expectation.freeBusyResponses))
        )
    }

    @Test("GetUserOofSettings reads as a person reads it", arguments: OutOfOfficeExpectation.all)
    func outOfOffice(expectation: OutOfOfficeExpectation) throws {
        let reply = try GetUserOofSettingsResponse.decode(SharedFolder.bytes(expectation.file))
        #expect(reply.serverVersion == .grommunio)
        #expect(reply.result == .success(expectation.response))
    }

    @Test("faults read as a person reads them", arguments: FaultExpectation.all)
    func faults(expectation: FaultExpectation) throws {
        let bytes = try SharedFolder.bytes(expectation.file)
        let reply = try GetUserAvailabilityResponse.decode(bytes)
        #expect(reply.serverVersion == nil)
        guard case .fault(let fault) = reply.result else {
            Issue.record("no fault: \(reply.result)")
            return
        }
        #expect(fault.faultCode == expectation.faultCode)
        #expect(fault.responseCode == expectation.responseCode)
        #expect(fault.faultString.hasPrefix(expectation.faultString))
        #expect(fault.messageXml == MessageXml(values: expectation.values))
        // The same fault answers any other operation.
        #expect(try GetUserOofSettingsResponse.decode(bytes).result == .fault(fault))
    }

    @Test("broken samples are refused, and the error says why and where", arguments: BrokenExpectation.all)
    func broken(expectation: BrokenExpectation) throws {
        do {
            _ = try GetUserAvailabilityResponse.decode(SharedFolder.bytes(expectation.file))
            Issue.record("decoded")
        } catch let error as EWSDecodingError {
            switch (error.reason, expectation.reason) {
            case (.malformed, .malformed(let line)): #expect(error.line == line)
            case (.notAnEnvelope(let root), .notAnEnvelope(let expected)): #expect(root == expected)
            case (.unexpectedBody(let found), .unexpectedBody(let expected)): #expect(found == expected)
            default: Issue.record("\(error)")
            }
        }
    }

    @Test("the answer to another operation is refused by its name")
    func otherOperation() throws {
        let raw = try SharedFolder.bytes("ews/recorded-grommunio/_wire_double_response/02.response.raw")
        let head = try #require(raw.firstRange(of: Array("\r\n\r\n".utf8)))
        do {
            _ = try GetUserAvailabilityResponse.decode(Array(raw[head.upperBound...]))
            Issue.record("decoded")
        } catch {
            #expect(error.reason == .unexpectedBody(found: "GetFolderResponse"))
        }
    }

    @Test("no sample is forgotten")
    func complete() {
        var named = AvailabilityExpectation.all.map(\.file) + OutOfOfficeExpectation.all.map(\.file)
        named += FaultExpectation.all.map(\.file) + BrokenExpectation.all.map(\.file)
        named += NotificationConformanceTests.files + DirectoryConformanceTests.files
        let operations = [
            "GetUserAvailability", "GetUserOofSettings", "SoapFault", "Subscribe", "Unsubscribe", "GetEvents",
            "GetStreamingEvents", "SendNotification", "ExpandDL", "GetMailTips", "OtherErrors-GetMailTips",
        ]
        let folders =
            ["samples", "samples-nsfixed", "recorded-grommunio"].flatMap { folder in
                operations.map { "ews/\(folder)/\($0)" }
            } + ["ews/samples-broken", "ews/recorded-grommunio/_nosoap"]
        let existing = folders.flatMap { SharedFolder.files(below: $0, suffix: ".response.xml") }
        #expect(existing.count >= 111)
        #expect(named.sorted() == existing.sorted())
    }

    @Test("every build that Microsoft lists belongs to the product that its name tells")
    func builds() throws {
        let text = String(decoding: try SharedFolder.bytes("ews/exchange-builds.tsv"), as: UTF8.self)
        let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: "\t") }
        #expect(rows.count > 400)
        // The list puts CU17 of Exchange 2016 under 2019.
        for row in rows where row[0] != "15.1.2044.8" {
            let version = try #require(ServerVersion(String(row[0])), "\(row)")
            let name = ServerProduct(of: version).name
            let edition = try #require(name.split(separator: " ").dropFirst(2).first)
            #expect(row[1].contains(edition), "\(row[0]) is \(name)")
        }
    }
}

extension ServerVersion {
    /// What grommunio says it is.
    static let grommunio = ServerVersion(15, 0, 847, 4_040)
}
