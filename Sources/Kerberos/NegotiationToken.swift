/// Kerberos' message in the wrapping that HTTP servers expect of the scheme Negotiate: a NegTokenInit of SPNEGO
/// (RFC 4178, 4.2.1) that names one mechanism and carries its first message.
///
/// The wrapping is written here and not by GSS-API, whose SPNEGO hands on the errors of Kerberos under numbers of its own.
struct NegotiationToken {
    /// A message of the mechanism 1.2.840.113554.1.2.2.
    let message: [UInt8]

    /// 1.3.6.1.5.5.2
    private static let negotiation: [UInt8] = [0x06, 0x06, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x02]
    /// 1.2.840.113554.1.2.2
    private static let kerberos: [UInt8] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 0x01, 0x02, 0x02]

    /// In DER (X.690), within the frame of RFC 2743, 3.1.
    var encoded: [UInt8] {
        let mechanisms = Self.element(0xA0, Self.element(0x30, Self.kerberos))
        let first = Self.element(0xA2, Self.element(0x04, message))
        let initial = Self.element(0xA0, Self.element(0x30, mechanisms + first))
        return Self.element(0x60, Self.negotiation + initial)
    }

    private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        [tag] + length(content.count) + content
    }

    /// One byte up to 127, else the number of bytes that follow, and these.
    private static func length(_ count: Int) -> [UInt8] {
        guard count > 0x7F else { return [UInt8(count)] }
        let bytes = withUnsafeBytes(of: UInt32(count).bigEndian) { $0.drop { $0 == 0 } }
        return [0x80 | UInt8(bytes.count)] + bytes
    }
}
