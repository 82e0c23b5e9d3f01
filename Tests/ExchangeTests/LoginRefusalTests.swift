import Availability
import Exchange
import HTTPTransport
import Kerberos
import TestSupport
import Testing

@Suite("Refused logins")
struct LoginRefusalTests {
    private static let good = ScriptedHTTP.Answer.soap(Documents.availability(Documents.mailbox("FreeBusy")))

    /// The failure of a connector that has one scheme.
    private func failure(
        _ login: any EWSLogin,
        _ headers: HTTPHeaders,
        url: String = "https://mail.example.com/EWS/Exchange.asmx"
    ) async throws -> SourceFailure? {
        var options = try Given.options(url: url)
        options.login = login
        return await Given.connector(ScriptedHTTP(.status(401, headers)), options).failure()
    }

    private func login(_ scheme: String) -> any EWSLogin {
        switch scheme {
        case "ntlm": PasswordLogin(user: #"CORP\service"#, password: Secret("x"), scheme: .ntlm)
        case "negotiate": NegotiateLogin(account: "service@EXAMPLE.COM", tokens: ScriptedTokens())
        default: PasswordLogin(user: "service@example.com", password: Secret("x"))
        }
    }

    @Test(
        "each is told by what was wanted and what is offered",
        arguments: [
            ("basic", "Basic", "auth.unauthorized", .never, [#"DOMAIN\user"#, "locked"]),
            ("basic", "Basic, Bearer", "auth.unauthorized", .never, ["second factor", "oauth2"]),
            ("basic", "NTLM", "auth.scheme-not-offered", .later, ["NTLM", "not Basic", "-BasicAuthentication $true"]),
            ("basic", "Bearer", "auth.mfa-required", .later, ["OAuth", "oauth2"]),
            (
                "ntlm", "Negotiate, NTLM", "auth.unauthorized", .never,
                ["ExtendedProtectionTokenChecking", "channel binding"]
            ),
            (
                "ntlm", "Negotiate, Basic", "auth.scheme-not-offered", .later,
                ["Negotiate, Basic", "not NTLM", "-WindowsAuthentication $true", "keytab_file"]
            ),
            (
                "negotiate", "Negotiate", "auth.unauthorized", .later,
                ["HTTP/mail.example.com", "keytab_file", "principal"]
            ),
            (
                "negotiate", "NTLM", "auth.scheme-not-offered", .later,
                ["not Negotiate", "-WindowsAuthentication $true"]
            ),
        ] as [(String, String, String, RetryAdvice, [String])]
    )
    func table(scheme: String, offer: String, id: String, retry: RetryAdvice, words: [String]) async throws {
        let failure = try #require(await failure(login(scheme), ["WWW-Authenticate": offer]))
        #expect(failure.diagnosis.id == id)
        #expect(failure.retry == retry)
        #expect(flaws(in: failure.diagnosis) == [])
        for word in words { #expect("\(failure.diagnosis.summary) \(failure.diagnosis.remedy)".contains(word)) }
    }

    @Test("Exchange Online takes no password, whatever it offers, and is not sent it twice")
    func online() async throws {
        let url = "https://outlook.office365.com/EWS/Exchange.asmx"
        let failure = try await failure(login("basic"), ["WWW-Authenticate": "Basic Realm=\"\""], url: url)
        #expect(failure?.diagnosis.id == "auth.mfa-required")
        #expect(failure?.retry == .never)
    }

    @Test("Kerberos alone needs a name")
    func address() async throws {
        let login = login("negotiate")
        let failure = try await failure(login, [:], url: "https://192.0.2.7/EWS/Exchange.asmx")
        #expect(failure?.diagnosis.id == "auth.kerberos")
        #expect(failure?.retry == .never)
        #expect(failure.map { flaws(in: $0.diagnosis) } == [])
    }

    @Test(
        "whatever keeps Kerberos from a ticket is told, and keys that were refused are not tried again",
        arguments: [
            (.keytabMissing, "auth.kerberos", .later, "keytab_file"),
            (.keytabUnreadable, "auth.kerberos", .later, "read"),
            (.keytabUnusable, "auth.kerberos", .later, "klist -k"),
            (.keytabOfOthers(["other@EXAMPLE.COM"]), "auth.kerberos", .later, "other@EXAMPLE.COM"),
            (.noTicket, "auth.kerberos", .later, "KRB5CCNAME"), (.ticketExpired, "auth.kerberos", .later, "Renew"),
            (.clientUnknown, "auth.unauthorized", .later, "principal"),
            (.keyRefused, "auth.unauthorized", .never, "keytab anew"),
            (.clientRevoked, "auth.unauthorized", .later, "locked"),
            (.serviceUnknown, "auth.kerberos", .later, "setspn -S HTTP/mail.example.com"),
            (.noCommonEncryption, "auth.kerberos", .later, "AES"), (.clockSkew, "clock.skew", .later, "timedatectl"),
            (.unreachable, "auth.kerberos", .later, "port 88"),
            (.realmUnknown, "auth.kerberos", .later, "default_realm"),
            (.timedOut(seconds: 20), "auth.kerberos", .later, "20 s"), (.other, "auth.kerberos", .later, "krb5.conf"),
            (.tooManyWaiting, "service.exhausted", .later, "Kerberos"), (.cancelled, "service.interrupted", .later, ""),
        ] as [(KerberosError.Cause, String, RetryAdvice, String)]
    )
    func tickets(cause: KerberosError.Cause, id: String, retry: RetryAdvice, word: String) async throws {
        let error = KerberosError(cause, major: 851_968, minor: -7, text: "Words of the library.")
        let tokens = ScriptedTokens(error, nil)
        var options = try Given.options()
        options.login = NegotiateLogin(account: "service@EXAMPLE.COM", tokens: tokens)
        let http = ScriptedHTTP(Self.good)
        let connector = Given.connector(http, options)
        let failure = try #require(await connector.failure())
        #expect(failure.diagnosis.id == id)
        #expect(failure.retry == retry)
        #expect(flaws(in: failure.diagnosis) == [])
        #expect(word.isEmpty || "\(failure.diagnosis.summary) \(failure.diagnosis.remedy)".contains(word))
        #expect(http.requests.isEmpty)
        #expect(await connector.failure() == (retry == .never ? failure : nil))
        await connector.allowAnotherAttempt()
        #expect(await connector.failure() == nil)
    }
}
