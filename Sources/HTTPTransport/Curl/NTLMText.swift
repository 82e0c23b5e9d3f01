import Foundation

/// User names and passwords as libcurl must be given them for NTLM.
///
/// NTLM counts in UTF-16, and libcurl makes that by putting a zero behind each byte. That is right for ISO 8859-1, whose
/// bytes are the first 256 characters of Unicode, and wrong for anything else: a password in UTF-8 would be refused, and
/// the account locked in the end.
enum NTLMText {
    /// `nil` where a character is beyond ISO 8859-1.
    static func password(_ text: String) -> [UInt8]? { latin1(text) }

    /// With the letters beyond ASCII in upper case, as the server's side of the hash has the name (NTOWFv2 in MS-NLMP,
    /// 3.3.2); libcurl turns only the ASCII ones by itself. Names of accounts do not tell the cases apart.
    static func user(_ text: String) -> [UInt8]? {
        // From à to þ, without the sign of division between them.
        latin1(text)?.map { (0xE0...0xFE).contains($0) && $0 != 0xF7 ? $0 - 0x20 : $0 }
    }

    private static func latin1(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
            guard let byte = UInt8(exactly: scalar.value) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }
}
