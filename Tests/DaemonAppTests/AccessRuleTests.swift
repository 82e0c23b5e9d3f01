import Availability
import ConfigurationFile
import ControlAPI
import HTTPTypes
import TestSupport
import Testing

import struct HTTPTransport.Secret

@testable import DaemonApp

@Suite("Who may ask for what")
struct AccessRuleTests {
    private static let reading = AccessToken(
        name: "monitoring",
        access: .read,
        secret: Secret(String(repeating: "r", count: 32))
    )
    private static let writing = AccessToken(
        name: "pbx",
        access: .write,
        secret: Secret(String(repeating: "w", count: 32))
    )
    private static let group = SystemGroup(name: "phones", number: 700)

    private func rule(group: SystemGroup? = nil, tokens: [AccessToken] = []) -> AccessRule {
        AccessRule(daemonUser: 990, writerGroup: group, tokens: tokens)
    }

    private func visitor(
        _ token: String? = nil,
        isLocal: Bool = true,
        asksForAddress: Bool = true
    ) -> Asker {
        .visitor(Visitor(isLocal: isLocal, asksForAddress: asksForAddress, token: token))
    }

    @Test(
        "over the socket everybody reads; root, the daemon's user and the group's members write",
        arguments: [
            (PeerCredentials(user: 0, groups: [0]), true), (PeerCredentials(user: 990, groups: [990]), true),
            (PeerCredentials(user: 1_000, groups: [1_000, 700]), true),
            // Who is in the daemon's group or in root's is neither of them.
            (PeerCredentials(user: 1_000, groups: [1_000, 990, 0]), false),
            (PeerCredentials(user: 700, groups: [1_000]), false), (nil, false),
        ] as [(PeerCredentials?, Bool)]
    )
    func peers(peer: PeerCredentials?, mayWrite: Bool) {
        let rule = rule(group: Self.group)
        for method in [HTTPRequest.Method.get, .head] {
            #expect(rule.refusal(of: .peer(peer), asking: method) == nil)
        }
        for method in [HTTPRequest.Method.post, .put, .delete, .patch, .options, .trace] {
            let refusal = rule.refusal(of: .peer(peer), asking: method)
            #expect(refusal == (mayWrite ? nil : .notAWriter(group: "phones")))
        }
    }

    @Test("without a group of writers nobody else writes")
    func noGroup() {
        let member = PeerCredentials(user: 1_000, groups: [1_000, 700])
        #expect(rule().refusal(of: .peer(member), asking: .post) == .notAWriter(group: nil))
        #expect(rule().refusal(of: .peer(PeerCredentials(user: 0, groups: [])), asking: .post) == nil)
    }

    @Test("a token gives what it allows, to every address and under every name of the server")
    func tokens() {
        let rule = rule(tokens: [Self.reading, Self.writing])
        for (isLocal, asksForAddress) in [(true, true), (true, false), (false, true), (false, false)] {
            func refusal(_ letter: String, _ method: HTTPRequest.Method) -> AccessRefusal? {
                let token = String(repeating: letter, count: 32)
                let visitor = visitor(token, isLocal: isLocal, asksForAddress: asksForAddress)
                return rule.refusal(of: visitor, asking: method)
            }
            #expect(refusal("r", .get) == nil)
            #expect(refusal("r", .head) == nil)
            #expect(refusal("r", .post) == .readOnlyToken("monitoring"))
            #expect(refusal("w", .get) == nil)
            #expect(refusal("w", .delete) == nil)
            #expect(refusal("x", .get) == .unknownToken)
            #expect(refusal("x", .post) == .unknownToken)
        }
    }

    @Test("where a token is configured, nobody reads without one")
    func tokenNeeded() {
        for isLocal in [true, false] {
            for method in [HTTPRequest.Method.get, .post] {
                let refusal = rule(tokens: [Self.reading]).refusal(of: visitor(isLocal: isLocal), asking: method)
                #expect(refusal == .noToken)
            }
        }
    }

    @Test("without any token, this machine reads and does no more, and other machines do nothing")
    func noTokens() {
        #expect(rule().refusal(of: visitor(), asking: .get) == nil)
        #expect(rule().refusal(of: visitor(), asking: .post) == .readOnly)
        #expect(rule().refusal(of: visitor(asksForAddress: false), asking: .get) == .wrongHost)
        #expect(rule().refusal(of: visitor(isLocal: false), asking: .get) == .noToken)
        #expect(rule().refusal(of: visitor("anything"), asking: .get) == .unknownToken)
    }

    @Test(
        "only the whole token is the token",
        arguments: [
            ("abcabcabc", true), ("abcabcabd", false), ("xbcabcabc", false), ("abcabc", false), ("abc", false),
            ("abcabcabcabcabcabc", false), ("abcabcabc ", false), ("ABCABCABC", false), ("", false),
        ]
    )
    func comparison(shown: String, isEqual: Bool) {
        let token = AccessToken(name: "t", access: .read, secret: Secret("abcabcabc"))
        #expect(token.equals(shown) == isEqual)
    }

    @Test("an empty token is nobody's")
    func emptyToken() {
        #expect(!AccessToken(name: "t", access: .read, secret: Secret("")).equals(""))
    }

    @Test("no token shows in what is printed of a rule")
    func secrecy() {
        let text = "\(rule(tokens: [Self.reading]))"
        #expect(text.contains("monitoring"))
        #expect(!text.contains("rrrr"))
    }

    @Test(
        "an IP address and localhost are no names that somebody could make lead elsewhere",
        arguments: [
            ("127.0.0.1:8125", true), ("127.0.0.1", true), ("localhost:8125", true), ("LOCALHOST", true),
            ("[::1]:8125", true), ("[::1]", true), ("192.0.2.7", true), ("attacker.example:8125", false),
            ("attacker.example", false), ("localhost.attacker.example", false), ("127.0.0.1.attacker.example", false),
            ("", false), (":8125", false), ("[attacker.example]:1", false),
        ]
    )
    func hosts(authority: String, isAddress: Bool) {
        let head = HTTPRequest(method: .get, scheme: "http", authority: authority, path: "/v1/status")
        #expect(Visitor(head, isLocal: true).asksForAddress == isAddress)
    }

    @Test(
        "a token is what stands behind Bearer, in any letter case",
        arguments: [
            ("Bearer abc", "abc"), ("bearer abc", "abc"), ("BEARER   abc ", "abc"), ("Basic abc", nil),
            ("Bearer", nil), ("abc", nil), ("", nil), ("Bearerabc", nil),
        ] as [(String, String?)]
    )
    func headers(value: String, token: String?) {
        var head = HTTPRequest(method: .get, scheme: "http", authority: "127.0.0.1", path: "/")
        head.headerFields[.authorization] = value
        #expect(Visitor(head, isLocal: true).token == token)
    }

    @Test("each refusal has a status, a name of its own, and says what to do")
    func documents() {
        let refusals: [(AccessRefusal, Int)] = [
            (.notAWriter(group: "phones"), 403), (.notAWriter(group: nil), 403), (.noToken, 401),
            (.unknownToken, 401), (.readOnlyToken("monitoring"), 403), (.readOnly, 403), (.wrongHost, 421),
        ]
        for (refusal, status) in refusals {
            let document = ControlProblem.refused(refusal).document
            #expect(document.status == status)
            #expect(flaws(in: Diagnosis(id: "", summary: document.detail, remedy: document.remedy ?? "")) == [])
            // RFC 9110 (15.5.2): 401 comes with a challenge.
            #expect(status != 401 || refusal.challenge?.hasPrefix("Bearer ") == true)
        }
        #expect(Set(refusals.map(\.0.document.type)).count == refusals.count - 1)
        #expect(AccessRefusal.notAWriter(group: "phones").document.remedy?.contains("adduser USER phones") == true)
    }
}
