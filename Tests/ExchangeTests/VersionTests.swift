import Availability
import EWSMessages
import HTTPTransport
import Testing

@testable import Exchange

@Suite("What a server can, by its version")
struct VersionTests {
    private static func free(_ version: String) -> ScriptedHTTP.Answer {
        .soap(Documents.availability(Documents.mailbox("FreeBusy")), version: version)
    }

    private static func version(of body: String) -> String? {
        body.split(separator: "Version=\"").dropFirst().first.map { String($0.prefix { $0 != "\"" }) }
    }

    @Test("after a server has become a newer one, what the older did not know is asked of it again")
    func upgraded() async throws {
        let old = Documents.serverVersion(14, 3, 513, 0)
        let refusal =
            "<s:Fault><faultcode>ErrorInvalidServerVersion</faultcode><faultstring>No.</faultstring></s:Fault>"
        let http = ScriptedHTTP(
            .soap(refusal, status: 500, version: old),
            Self.free(old),
            Self.free(old),
            Self.free(Documents.serverVersion(15, 2, 2_562, 17)),
            Self.free(Documents.exchange2019)
        )
        let connector = try Given.connector(http)
        for _ in 0..<4 { #expect(await connector.failure() == nil) }
        let versions = http.bodies.map { Self.version(of: $0) }
        #expect(
            versions == ["Exchange2013", "Exchange2010_SP2", "Exchange2010_SP2", "Exchange2010_SP2", "Exchange2013"]
        )
    }

    @Test("servers of several products behind one name do not make it go back and forth")
    func mixed() {
        var acquaintance = ServerAcquaintance(schemaVersion: .exchange2013)
        let (old, new) = (ServerVersion(14, 3, 513), ServerVersion(15, 2, 1_748))
        acquaintance.meet(new)
        acquaintance.meet(old)
        #expect(acquaintance.stepDown(from: .exchange2013) == .exchange2010SP2)
        for version in [new, old, new, nil, ServerVersion(15, 2, 2_562)] {
            acquaintance.meet(version)
            #expect(acquaintance.schemaVersion == .exchange2010SP2)
        }
        #expect(acquaintance.serverVersion == ServerVersion(15, 2, 2_562))
    }

    @Test("an older server tells that streaming is unknown to it, and is not asked for it")
    func streaming() async throws {
        var options = try Given.options()
        options.schemaVersion = .exchange2010
        options.notificationMethods = [.streaming]
        let http = ScriptedHTTP(.status(404))
        let connector = Given.connector(http, options)
        let mailbox = Given.mailboxes("anna")[0]
        let answer = try await connector.subscribe(to: mailbox, by: .streaming, route: .init(anchor: mailbox))
        guard case .methodUnknown(_) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(http.requests.isEmpty)
    }
}
