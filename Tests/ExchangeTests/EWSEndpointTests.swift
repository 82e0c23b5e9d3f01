import Availability
import Exchange
import Testing

@Suite("Where a server is")
struct EWSEndpointTests {
    @Test(
        "a host, an address or a URL will do",
        arguments: [
            ("mail.example.com", "https://mail.example.com/ews/exchange.asmx", "mail.example.com"),
            ("192.0.2.7", "https://192.0.2.7/ews/exchange.asmx", "192.0.2.7"),
            ("mail.example.com:8443", "https://mail.example.com:8443/ews/exchange.asmx", "mail.example.com"),
            ("2001:db8::7", "https://[2001:db8::7]/ews/exchange.asmx", "2001:db8::7"),
            ("https://mail.example.com", "https://mail.example.com/ews/exchange.asmx", "mail.example.com"),
            ("https://mail.example.com/", "https://mail.example.com/ews/exchange.asmx", "mail.example.com"),
            ("https://Mail.Example.com/EWS/E.asmx", "https://Mail.Example.com/EWS/E.asmx", "mail.example.com"),
            ("http://localhost:8080/ews", "http://localhost:8080/ews", "localhost"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/ews/exchange.asmx", "127.0.0.1"),
            ("http://[::1]:8080", "http://[::1]:8080/ews/exchange.asmx", "::1"),
        ]
    )
    func understood(server: String, url: String, host: String) throws {
        let endpoint = try EWSEndpoint(server: server)
        #expect(endpoint.url == url)
        #expect(endpoint.host == host)
    }

    @Test(
        "anything else is refused with its reason",
        arguments: [
            ("", "url.malformed"), ("https://", "url.malformed"), ("ftp://mail.example.com", "url.malformed"),
            ("mail example com", "url.malformed"), ("https://anna:pw@mail.example.com", "url.malformed"),
            ("https://mail.example.com/ews?x=1", "url.malformed"), ("https://mail.example.com/#x", "url.malformed"),
            ("https://mail.example.com:0", "url.malformed"), ("https://mail.example.com:99999", "url.malformed"),
            ("http://mail.example.com/ews", "url.not-https"), ("http://127.example.com", "url.not-https"),
            ("http://localhost.example.com", "url.not-https"),
        ]
    )
    func refused(server: String, id: String) {
        #expect {
            _ = try EWSEndpoint(server: server)
        } throws: { error in
            (error as? EndpointMistake)?.diagnosis.id == id && (error as? EndpointMistake)?.retry == .never
        }
    }
}
