import Testing

@testable import EWSMessages

@Suite("Server versions")
struct ServerVersionTests {
    @Test("the ways to write a build mean the same")
    func spellings() throws {
        #expect(ServerVersion("14.03.0181.0006") == ServerVersion(14, 3, 181, 6))
        #expect(ServerVersion("14.3.181.6") == ServerVersion(14, 3, 181, 6))
        #expect(ServerVersion(15, 2, 2_562, 17).description == "15.02.2562.0017")
        #expect(ServerVersion("15.20") == ServerVersion(15, 20))
    }

    @Test(
        "what is no build is none",
        arguments: ["", "15", "15.", "a.b", "15.2.x", "1.2.3.4.5", "-1.2", "15.99999999999"]
    )
    func nonsense(text: String) {
        #expect(ServerVersion(text) == nil)
    }

    @Test("builds are compared as numbers")
    func order() {
        #expect(ServerVersion(15, 2, 986, 5) < ServerVersion(15, 2, 1_118, 7))
        #expect(ServerVersion(8, 3, 500) < ServerVersion(14, 0))
        #expect(ServerVersion(15, 2, 2_562, 17) < ServerVersion(15, 20))
    }

    @Test(
        "a build is named after its product",
        arguments: [
            (ServerVersion(8, 0, 685, 25), "Exchange Server 2007", false),
            (ServerVersion(8, 1, 240, 6), "Exchange Server 2007 SP1", true),
            (ServerVersion(14, 3, 513, 0), "Exchange Server 2010 SP3", true),
            (ServerVersion(15, 0, 516, 32), "Exchange Server 2013", true),
            (ServerVersion(15, 0, 1_497, 2), "Exchange Server 2013 SP1", true),
            (ServerVersion(15, 1, 2_507, 6), "Exchange Server 2016", true),
            (ServerVersion(15, 2, 1_748, 10), "Exchange Server 2019", true),
            (ServerVersion(15, 2, 2_562, 17), "Exchange Server SE", true),
            (ServerVersion(15, 20, 9_000, 1), "Exchange Online", true),
            (ServerVersion(6, 5, 7_638), "Exchange Server 2003", false),
            (ServerVersion(16, 1), "Exchange 16.1", true),
        ]
    )
    func products(version: ServerVersion, name: String, isSupported: Bool) {
        #expect(ServerProduct(of: version).name == name)
        #expect(ServerProduct(of: version).isSupported == isSupported)
    }

    @Test("schema versions step down one by one, to the oldest")
    func stepDown() {
        #expect(ExchangeVersion.exchange2016.stepDown == .exchange2013SP1)
        #expect(ExchangeVersion.exchange2010.stepDown == .exchange2007SP1)
        #expect(ExchangeVersion.exchange2007SP1.stepDown == nil)
    }
}
