import Testing

@testable import SIPMessages

@Suite("URIs and addresses")
struct AddressTests {
    /// Most are examples of RFC 3261, 19.1.3.
    @Test("URIs are read and written")
    func uris() throws {
        let alice = try #require(SIPURI("sip:alice@atlanta.com;transport=tcp"))
        #expect(alice.user == "alice" && alice.host == "atlanta.com" && alice.port == nil)
        #expect(alice.parameter("transport") == "tcp" && alice.parameter("lr") == nil)
        #expect(alice.description == "sip:alice@atlanta.com;transport=tcp")
        let phone = try #require(
            SIPURI("sips:+1-212-555-1212:1234@gateway.com;user=phone".replacing(":1234", with: ""))
        )
        #expect(phone.scheme == .sips && phone.user == "+1-212-555-1212" && phone.parameter("user") == "phone")
        let encoded = try #require(SIPURI("sip:%61lice@Atlanta.COM:5070"))
        #expect(encoded == SIPURI(user: "alice", host: "atlanta.com", port: 5_070))
        #expect(SIPURI("SIP:alice;day=tuesday@atlanta.com")?.user == "alice;day=tuesday")
        #expect(SIPURI("sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com")?.user == nil)
        #expect(
            SIPURI("sip:[2001:DB8::10]:5060;lr")
                == SIPURI(
                    user: nil,
                    host: "2001:db8::10",
                    port: 5_060,
                    parameters: [.init(name: "lr", value: nil)]
                )
        )
        #expect(SIPURI(user: "a", host: "2001:db8::10", port: 5_060).description == "sip:a@[2001:db8::10]:5060")
        #expect(SIPURI("pres:someone@example.com")?.scheme == .pres)
    }

    @Test(
        "what is none of them",
        arguments: [
            "", "sip:", "tel:+12125551212", "sip:alice:secretword@atlanta.com", "sip:a@", "sip:@b", "sip:a@b:0",
            "sip:a@b:65536", "sip:a@b:x", "sip:a@[::1", "sip:a@[b]", "sip:a b@c", "sip:%4@c", "sip:%zz@c", "sip:%ff@c",
            "sip:a@c d", "sip:a@b\r\nX: y", "pres:example.com", "sip:é@c", "sip:a@b;=c",
            "sip:" + String(repeating: "a", count: 1_024) + "@b",
        ]
    )
    func refusals(text: String) {
        #expect(SIPURI(text) == nil)
    }

    @Test(
        "what a URI means is the same after writing and reading",
        arguments: [
            "1001", "*43#", "a b", "o'neil", "100%", "e\u{301}😀", "a@b", "a:b", "\"<>\\\r\n\u{0}", "a;b?c,d/e&f=g+h$i",
        ]
    )
    func escaping(user: String) throws {
        for scheme in SIPURI.Scheme.allCases {
            let uri = SIPURI(scheme: scheme, user: user, host: "example.com")
            #expect(SIPURI(uri.description)?.user == user)
            #expect(uri.description.utf8.allSatisfy { 0x21...0x7E ~= $0 && $0 != 0x3C && $0 != 0x3E && $0 != 0x22 })
        }
    }

    @Test("# is escaped, * is not, as RFC 3261, 25.1 has it")
    func stars() {
        #expect(SIPURI(user: "*43#", host: "pbx").description == "sip:*43%23@pbx")
    }

    /// RFC 3261, 20.10 and 20.20.
    @Test(
        "addresses with names",
        arguments: [
            ("\"A. G. Bell\" <sip:agb@bell-telephone.com> ;tag=a48s", "sip:agb@bell-telephone.com", "a48s"),
            ("sip:+12125551212@server.phone2net.com;tag=887s", "sip:+12125551212@server.phone2net.com", "887s"),
            ("Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8", "sip:c8oqz84zk7z@privacy.org", "hyh8"),
            ("\"<sip:x@y>;tag=1\\\" <\" <sip:a;b=c@d;e>;TAG=2", "sip:a;b=c@d;e", "2"),
        ]
    )
    func names(value: String, uri: String, tag: String) throws {
        let address = try #require(NameAddress(value))
        #expect(address.uri == uri)
        #expect(address.parameters["tag"] == tag)
    }

    @Test("Via as RFC 3261, 20.42 writes it, and as RFC 3581, 4 answers it")
    func vias() throws {
        let spaced = try #require(
            ViaHeader("SIP / 2.0 / UDP first.example.com: 4000;ttl=16 ;branch=z9hG4bKa7c6a8dlze.1")
        )
        #expect(spaced.transport == "UDP" && spaced.host == "first.example.com" && spaced.port == 4_000)
        #expect(spaced.branch == "z9hG4bKa7c6a8dlze.1")
        let answered = try #require(
            ViaHeader("SIP/2.0/UDP 10.1.1.1:4540;received=192.0.2.1;rport=9988;branch=z9hG4bKkjshdyff")
        )
        #expect(answered.received == "192.0.2.1" && answered.receivedPort == 9_988)
        let own = ViaHeader(.tls, host: "::1", port: 5_061, unique: "abc")
        #expect(own.description == "SIP/2.0/TLS [::1]:5061;rport;branch=z9hG4bKabc")
        #expect(ViaHeader("SIP/2.0/UDP") == nil)
        #expect(ViaHeader("SIP/1.0/UDP host") == nil)
    }

    @Test("a response belongs to the request with its branch and method (RFC 3261, 17.1.3)")
    func transactions() {
        let sent = TransactionKey(branch: "z9hG4bKABC", method: "PUBLISH")
        #expect(sent == TransactionKey(branch: "Z9HG4BKabc", method: "PUBLISH"))
        #expect(sent != TransactionKey(branch: "z9hG4bKABC", method: "CANCEL"))
        #expect(SequenceHeader("0009\t INVITE")?.number == 9)
        #expect(SequenceHeader("2147483648 INVITE") == nil)
        #expect(SequenceHeader("1") == nil)
    }
}
