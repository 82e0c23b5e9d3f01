import Testing

@testable import Kerberos

@Suite("Errors of Kerberos")
struct CauseTests {
    // Numbers: the error table of RFC 4120, 7.5.9, on top of -1765328384, where com_err puts the table "krb5"; from 128
    // on MIT Kerberos' own codes, as krb5(3) lists them.
    @Test(
        "each is told apart by its number",
        arguments: [
            (6, .clientUnknown), (7, .serviceUnknown), (14, .noCommonEncryption), (18, .clientRevoked),
            (23, .clientRevoked), (1, .clientRevoked), (12, .clientRevoked), (24, .keyRefused), (31, .keyRefused),
            (32, .ticketExpired), (33, .clockSkew), (37, .clockSkew), (148, .clockSkew), (156, .unreachable),
            (154, .realmUnknown), (220, .realmUnknown), (224, .realmUnknown), (141, .noTicket), (195, .noTicket),
            (213, .keytabUnusable), (181, .keytabOfOthers([])), (60, .other),
        ] as [(Int32, KerberosError.Cause)]
    )
    func numbers(offset: Int32, cause: KerberosError.Cause) {
        #expect(KerberosError.Cause(major: 13 << 16, minor: -1_765_328_384 + offset) == cause)
    }

    @Test("where the number says nothing, the routine error of RFC 2744 does")
    func majors() {
        #expect(KerberosError.Cause(major: 7 << 16, minor: 0) == .noTicket)
        #expect(KerberosError.Cause(major: 11 << 16, minor: 0) == .ticketExpired)
        #expect(KerberosError.Cause(major: 13 << 16, minor: 0) == .other)
    }

    @Test("what the library says is one line of at most 200 characters")
    func text() {
        let error = KerberosError(.other, text: "No.\nNever.\u{1B}" + String(repeating: "x", count: 1_000))
        #expect(error.text.hasPrefix("No. Never. xxx"))
        #expect(error.text.count == 200)
    }
}

@Suite("Negotiation tokens")
struct NegotiationTokenTests {
    // RFC 4178, 4.2.1, in DER: [APPLICATION 0] { OID SPNEGO, [0] SEQUENCE { [0] SEQUENCE OF { OID Kerberos },
    // [2] OCTET STRING } }; written down by hand.
    @Test("a short message is wrapped as RFC 4178 says")
    func short() {
        let expected: [UInt8] = [
            0x60, 0x22, 0x06, 0x06, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x02, 0xA0, 0x18, 0x30, 0x16, 0xA0, 0x0D, 0x30, 0x0B,
            0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 0x01, 0x02, 0x02, 0xA2, 0x05, 0x04, 0x03, 0x61, 0x62, 0x63,
        ]
        #expect(NegotiationToken(message: Array("abc".utf8)).encoded == expected)
    }

    @Test(
        "lengths take as many bytes as X.690, 8.1.3 wants",
        arguments: [
            (80, [0x6F]), (100, [0x81, 0x83]), (1_500, [0x82, 0x06, 0x03]), (70_000, [0x83, 0x01, 0x11, 0x9B]),
        ]
            as [(Int, [UInt8])]
    )
    func lengths(count: Int, outer: [UInt8]) {
        let message = Array(repeating: UInt8(7), count: count)
        let encoded = NegotiationToken(message: message).encoded
        #expect(Array(encoded[1...outer.count]) == outer)
        #expect(encoded.suffix(count) == message[...])
    }
}
