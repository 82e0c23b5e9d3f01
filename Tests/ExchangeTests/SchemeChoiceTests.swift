import HTTPTransport
import Testing

@testable import Exchange

@Suite("The choice of a scheme")
struct SchemeChoiceTests {
    private static func offered(_ names: String) -> OfferedSchemes { OfferedSchemes(["WWW-Authenticate": names]) }

    @Test(
        "the strongest is taken that the server offers and that there are means for",
        arguments: [
            ("Negotiate, NTLM, Basic", LoginScheme.allCases, .negotiate),
            ("Basic, NTLM, Negotiate", LoginScheme.allCases, .negotiate),
            ("Negotiate, NTLM, Basic", [.ntlm, .basic], .ntlm),
            ("NTLM, Basic", LoginScheme.allCases, .ntlm),
            ("basic", LoginScheme.allCases, .basic),
            ("Negotiate", [.ntlm, .basic], nil),
            ("NTLM, Basic", [.negotiate], nil),
            ("Bearer", LoginScheme.allCases, nil),
            // A server that names nothing is sent what needs no asking.
            ("", LoginScheme.allCases, .negotiate),
            ("", [.ntlm, .basic], .basic),
        ] as [(String, [LoginScheme], LoginScheme?)]
    )
    func strongest(names: String, means: [LoginScheme], expected: LoginScheme?) {
        var choice = SchemeChoice(means: means)
        #expect(choice.scheme == nil, "before the server was asked nothing is chosen")
        choice.learn(Self.offered(names))
        #expect(choice.scheme == expected)
    }

    @Test("what did not do leaves its place to the next, until there is none")
    func steps() {
        var choice = SchemeChoice(means: LoginScheme.allCases)
        choice.learn(Self.offered("Negotiate, Basic"))
        let leaves = choice.setAside(.negotiate)
        #expect(leaves)
        #expect(choice.scheme == .basic)
        let leavesAgain = choice.setAside(.negotiate)
        #expect(leavesAgain, "whoever comes to the same end later is told the same")
        let leavesLast = choice.setAside(.basic)
        #expect(!leavesLast)
        #expect(choice.scheme == .basic, "the last one is tried again later")
    }

    @Test("a server that takes others than it did is logged in to with those")
    func learnsAgain() {
        var choice = SchemeChoice(means: LoginScheme.allCases)
        choice.learn(Self.offered("NTLM"))
        choice.learn(Self.offered("Basic"))
        #expect(choice.scheme == .basic)
    }
}
