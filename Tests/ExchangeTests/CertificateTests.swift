import Availability
import Exchange
import Foundation
import HTTPTransport
import TestSupport
import Testing

@Suite("What is wrong with a certificate")
struct CertificateTests {
    private static let pin = "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

    private static func fault(
        _ subject: String = "CN=mail.example.com",
        issuer: String = "CN=Example CA, O=Example",
        depth: Int = 0,
        isSelfSigned: Bool = false
    ) -> FaultyCertificate {
        let facts = CertificateFacts(
            subject: subject,
            issuer: issuer,
            notBefore: Date(timeIntervalSince1970: 1_700_000_000),
            notAfter: Date(timeIntervalSince1970: 1_731_536_000)
        )
        return FaultyCertificate(facts, depth: depth, isSelfSigned: isSelfSigned, serverKey: pin)
    }

    private func diagnosis(_ failure: TLSFailure) async throws -> Diagnosis? {
        let http = ScriptedHTTP(.failure(.tls(failure, host: "mail.example.com")))
        let diagnosis = try await Given.connector(http).failure()?.diagnosis
        #expect(diagnosis.map { flaws(in: $0) } == [])
        return diagnosis
    }

    @Test(
        "out of its time is told with its dates and the clock of this machine",
        arguments: [(TLSFailure.expired(fault()), "tls.expired"), (.notYetValid(fault()), "tls.not-yet-valid")]
    )
    func dates(_ failure: TLSFailure, id: String) async throws {
        let diagnosis = try #require(try await diagnosis(failure))
        #expect(diagnosis.id == id)
        // date -u -d @1700000000, and 365 days later.
        #expect(diagnosis.summary.contains("2023-11-14T22:13:20Z to 2024-11-13T22:13:20Z"))
        #expect(diagnosis.summary.contains("clock of this machine says \(Given.now.formatted(.iso8601))"))
        #expect(diagnosis.remedy.contains("timedatectl"))
    }

    @Test("of an authority that is out of its time is not taken for the server's")
    func authority() async throws {
        let fault = Self.fault("CN=Old CA", depth: 1)
        let diagnosis = try #require(try await diagnosis(.expired(fault)))
        #expect(diagnosis.summary.contains("the authority “CN=Old CA”"))
        #expect(diagnosis.remedy.contains("chain"))
    }

    @Test(
        "that nobody known signed is told by whom it is signed, and both ways to trust it",
        arguments: [
            (fault(), "issuer “CN=Example CA, O=Example” is not known here, and the server does not send"),
            (fault("CN=a", issuer: "CN=a", isSelfSigned: true), "signed by nobody but itself, “CN=a”"),
            (
                fault("CN=Root", issuer: "CN=Root", depth: 2, isSelfSigned: true),
                "the end of its chain, “CN=Root”, is not known"
            ),
            (fault("CN=Middle", issuer: "CN=Root", depth: 1), "“CN=Root”, which signed “CN=Middle”"),
        ]
    )
    func untrusted(_ fault: FaultyCertificate, part: String) async throws {
        let diagnosis = try #require(try await diagnosis(.untrustedIssuer(fault)))
        #expect(diagnosis.id == "tls.untrusted")
        #expect(diagnosis.summary.contains(part))
        #expect(diagnosis.remedy.contains("ca_file"))
        #expect(diagnosis.remedy.contains("pinned_public_key to \(Self.pin)"))
        #expect(diagnosis.remedy.contains("intermediate") == (!fault.isSelfSigned && fault.depth == 0))
    }

    @Test("with another key than the pinned one is told with the key it has")
    func otherKey() async throws {
        let diagnosis = try #require(try await diagnosis(.keyMismatch(found: Self.pin)))
        #expect(diagnosis.summary.contains(Self.pin))
        #expect(diagnosis.remedy.contains("pinned_public_key"))
    }

    @Test("with texts of great length and several lines stays within a sentence")
    func longTexts() async throws {
        let long = String(repeating: "CN=x\n", count: 500)
        for depth in 0...1 {
            let diagnosis = try await diagnosis(.untrustedIssuer(Self.fault(long, issuer: long + "y", depth: depth)))
            #expect((diagnosis?.summary.count ?? .max) < 700)
        }
    }

    @Test("has nothing to do with a port that speaks no TLS, or too old a one")
    func noTLS() async throws {
        #expect(try await diagnosis(.notTLS)?.remedy.contains("port") == true)
        #expect(try await diagnosis(.oldProtocol)?.summary.contains("1.2") == true)
        #expect(try await diagnosis(.handshake(code: 35, reason: 1040))?.summary.contains("OpenSSL 1040") == true)
    }
}
