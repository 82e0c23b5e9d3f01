import Availability
import Exchange
import TestSupport
import Testing

@Suite("Where a server is")
struct EWSEndpointTests {
    @Test(
        "a full URL is taken as it is; its host is known in lower case and without brackets",
        arguments: [
            ("https://mail.example.com/EWS/Exchange.asmx", "mail.example.com"),
            ("https://Mail.Example.com:8443/EWS/E.asmx", "mail.example.com"),
            ("https://192.0.2.7/EWS/Exchange.asmx", "192.0.2.7"),
            ("https://[2001:DB8::7]/EWS/Exchange.asmx", "2001:db8::7"),
            ("http://localhost:8080/ews", "localhost"),
            ("http://127.0.0.1:8080/EWS/Exchange.asmx", "127.0.0.1"),
            ("http://[::1]:8080/EWS/Exchange.asmx", "::1"),
        ]
    )
    func understood(url: String, host: String) throws {
        let endpoint = try EWSEndpoint(url: url)
        #expect(endpoint.url == url)
        #expect(endpoint.host == host)
    }

    @Test(
        "anything else is refused with its reason",
        arguments: [
            ("mail.example.com", "url.malformed"), ("https://mail.example.com", "url.malformed"),
            ("ftp://mail.example.com/ews", "url.malformed"), ("https://mail.example.com/e ws", "url.malformed"),
            ("https://anna:pw@mail.example.com/ews", "url.malformed"),
            ("https://mail.example.com/ews?x=1", "url.malformed"),
            ("http://mail.example.com/ews", "url.not-https"), ("http://127.example.com/ews", "url.not-https"),
            ("http://127.0.0.1.example.com/ews", "url.not-https"),
        ]
    )
    func refused(url: String, id: String) {
        let mistake = #expect(throws: EndpointMistake.self) { try EWSEndpoint(url: url) }
        #expect(mistake?.diagnosis.id == id)
        #expect(mistake?.retry == .never)
        #expect(mistake.map { flaws(in: $0.diagnosis) } == [])
    }
}
