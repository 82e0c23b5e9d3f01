import Availability
import Foundation
import HTTPTransport
import TestSupport
import Testing

@testable import Hooks

@Suite("Signatures of webhooks")
struct StandardWebhooksTests {
    private static func key(_ base64: String) throws -> SigningKey {
        SigningKey(Array(try #require(Data(base64Encoded: base64))))
    }

    /// The vector in the tests of the reference libraries
    /// (https://github.com/standard-webhooks/standard-webhooks/tree/main/libraries).
    @Test("are those of the reference libraries")
    func referenceVector() throws {
        let fields = try #require(
            StandardWebhooks.fields(
                id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
                at: Date(timeIntervalSince1970: 1_614_265_330),
                body: Array("{\"test\": 2432232314}".utf8),
                keys: [try Self.key("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
            )
        )
        #expect(
            fields == [
                HTTPHeader("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"), HTTPHeader("webhook-timestamp", "1614265330"),
                HTTPHeader("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
            ]
        )
    }

    /// By `printf 'id-1.1795420800.Grüße' | openssl dgst -sha256 -mac HMAC -macopt hexkey:… -binary | base64`, with 32
    /// bytes of 07 and 24 of 08.
    @Test("stand beside each other while a key changes, the newest first, over the second in which it is sent")
    func twoKeys() throws {
        let keys = [SigningKey(Array(repeating: 7, count: 32)), SigningKey(Array(repeating: 8, count: 24))]
        let fields = StandardWebhooks.fields(
            id: "id-1",
            at: Date(timeIntervalSince1970: 1_795_420_800.9),
            body: Array("Grüße".utf8),
            keys: keys
        )
        #expect(
            try #require(fields).map(\.value) == [
                "id-1", "1795420800",
                "v1,zcPScqaQlNPYV9mIosiV98HvXpkCWVBAlVAS2GumKPQ= v1,hnOeGNc23DgwOjWwNyvlE/qVZ3K4veM/2YLCoWBTbP4=",
            ]
        )
    }

    @Test("need a key that shows nowhere")
    func keysAreMasked() {
        let key = SigningKey(Array(repeating: 0x41, count: 24))
        var dumped = ""
        dump([key], to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped] {
            #expect(text.contains("***") && !text.contains("65") && !text.contains("A"))
        }
    }
}

@Suite("Answers to webhooks")
struct WebhookAnswerTests {
    private static let receiver = "https://pbx.example.com/presence"

    @Test("every status from 200 on is delivered, up to 299", arguments: [200, 201, 202, 204, 299])
    func delivered(status: Int) {
        #expect(HookFailure(status: status, headers: [:], of: Self.receiver, now: monday) == nil)
    }

    @Test(
        "every other status says what it means for this event, for the receiver and for the hook",
        arguments: [
            (410, nil, "hook.disabled", .never, .hook),
            (429, nil, "hook.busy", .later, .receiver), (429, "30", "hook.busy", .after(30), .receiver),
            (503, "Mon, 23 Nov 2026 08:01:40 GMT", "hook.busy", .after(100), .receiver),
            (503, "soon", "hook.busy", .later, .receiver), (502, nil, "hook.busy", .later, .receiver),
            (504, "5", "hook.busy", .after(5), .receiver), (408, nil, "hook.busy", .later, .receiver),
            (401, nil, "hook.login-refused", .later, .receiver), (403, "30", "hook.login-refused", .later, .receiver),
            (400, nil, "hook.rejected", .later, .event), (413, nil, "hook.rejected", .later, .event),
            (422, nil, "hook.rejected", .later, .event), (500, nil, "hook.rejected", .later, .event),
            (404, nil, "hook.misunderstood", .later, .receiver), (405, nil, "hook.misunderstood", .later, .receiver),
            (301, nil, "hook.misunderstood", .later, .receiver), (304, nil, "hook.misunderstood", .later, .receiver),
            (600, nil, "hook.misunderstood", .later, .receiver),
        ] as [(Int, String?, String, RetryAdvice, HookFailure.Scope)]
    )
    func failed(status: Int, after: String?, id: String, retry: RetryAdvice, scope: HookFailure.Scope) throws {
        let headers = HTTPHeaders(after.map { [HTTPHeader("Retry-After", $0)] } ?? [])
        let failure = try #require(HookFailure(status: status, headers: headers, of: Self.receiver, now: monday))
        #expect(failure.diagnosis.id == id)
        #expect(failure.retry == retry)
        #expect(failure.scope == scope)
        #expect(failure.diagnosis.summary.contains(Self.receiver) && failure.diagnosis.summary.contains("\(status)"))
        #expect(flaws(in: failure.diagnosis) == [])
    }

    private static let certificate = FaultyCertificate(
        CertificateFacts(
            subject: "CN=pbx.example.com",
            issuer: "CN=Example CA",
            notBefore: time("2025-01-01T00:00:00Z"),
            notAfter: time("2026-01-01T00:00:00Z")
        ),
        serverKey: "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    )

    @Test(
        "without an answer all wait, and the sentence says why",
        arguments: [
            (.hostNotFound(host: "pbx.example.com"), "hook.unreachable", "pbx.example.com"),
            (.unreachable(host: "pbx.example.com", errno: ECONNREFUSED), "hook.unreachable", "refused"),
            (.connectTimeout(seconds: 10), "hook.unreachable", "10 s"),
            (.firstByteTimeout(seconds: 10), "hook.unreachable", "10 s"),
            (.stalled(seconds: 0.5), "hook.unreachable", "0.5 s"),
            (.wholeTimeout(seconds: 10), "hook.unreachable", "10 s"),
            (.connectionClosed, "hook.closed", "closed"), (.malformedResponse, "hook.misunderstood", "not HTTP"),
            (.notHTTP(opening: "SSH-2.0"), "hook.misunderstood", "SSH-2.0"),
            (.notHTTP(opening: ""), "hook.misunderstood", "it is not HTTP."),
            (.headersTooLarge(limit: 65_536), "hook.misunderstood", "65536"),
            (.tls(.nameMismatch(names: ["a.example.com"]), host: "b"), "hook.untrusted", "a.example.com"),
            (.tls(.untrustedIssuer(certificate), host: "b"), "hook.untrusted", "Example CA"),
            (.tls(.expired(certificate), host: "b"), "hook.untrusted", "2026-01-01"),
            (.tls(.notYetValid(nil), host: "b"), "hook.untrusted", "not valid yet"),
            (.tls(.keyMismatch(found: "sha256//x"), host: "b"), "hook.untrusted", "sha256//x"),
            (.tls(.caFileUnusable(path: "/etc/ca.pem"), host: "b"), "hook.untrusted", "/etc/ca.pem"),
            (.tls(.verification(code: 26), host: "b"), "hook.untrusted", "26"),
            (.tls(.silent(seconds: 10), host: "b"), "hook.unreachable", "TLS"),
            (.tls(.notTLS, host: "b"), "hook.misunderstood", "TLS"),
            (.tls(.oldProtocol, host: "b"), "hook.misunderstood", "1.2"),
            (.tls(.handshake(code: 35), host: "b"), "hook.misunderstood", "35"),
            (.outOfResources(errno: EMFILE), "hook.unreachable", "files"), (.shutDown, "hook.unreachable", "shut down"),
        ] as [(HTTPError, String, String)]
    )
    func noAnswer(error: HTTPError, id: String, shown: String) {
        let failure = HookFailure(error, of: Self.receiver)
        #expect(failure.diagnosis.id == id)
        #expect(failure.retry == .later && failure.scope == .receiver)
        #expect(failure.diagnosis.summary.contains(shown))
        #expect(failure.diagnosis.summary.contains(Self.receiver))
        #expect(flaws(in: failure.diagnosis) == [])
    }

    @Test("who does not know the authority is shown both ways to trust")
    func trust() {
        let remedy = HookFailure(.tls(.untrustedIssuer(Self.certificate), host: "b"), of: Self.receiver).diagnosis
            .remedy
        #expect(remedy.contains("ca_file") && remedy.contains("pinned_public_key"))
        #expect(remedy.contains("sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="))
    }

    @Test("what a receiver sends stays one line of bounded length")
    func boundedText() {
        let failure = HookFailure.rejected("pbx", seen: "a\r\n\u{1B}[31m b" + String(repeating: "👩‍👩‍👧", count: 10_000))
        #expect(failure.diagnosis.summary.count < 300)
        #expect(flaws(in: failure.diagnosis) == [])
        #expect(!failure.diagnosis.summary.unicodeScalars.contains { $0.value < 0x20 })
        #expect(failure.diagnosis.summary.contains("👩") && !failure.diagnosis.summary.contains("\u{FFFD}"))
    }
}
