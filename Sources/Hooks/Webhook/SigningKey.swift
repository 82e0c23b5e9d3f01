import COpenSSL

/// A key that signs webhooks. Shows as `***` wherever it is printed.
package struct SigningKey: Hashable, Sendable {
    private let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// HMAC with SHA-256 (RFC 2104); `nil` where OpenSSL has no memory for it.
    func authenticationCode(of message: [UInt8]) -> [UInt8]? {
        var code = [UInt8](repeating: 0, count: 32)
        var count = 0
        let done = EVP_Q_mac(
            nil,
            "HMAC",
            nil,
            "SHA256",
            nil,
            bytes,
            bytes.count,
            message,
            message.count,
            &code,
            code.count,
            &count
        )
        return done != nil && count == code.count ? code : nil
    }
}

extension SigningKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "***" }
    package var debugDescription: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
