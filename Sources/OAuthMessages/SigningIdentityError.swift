package import Foundation

/// Why an application cannot sign with what it was given. None of these holds any of the key.
package enum SigningIdentityError: Error, Hashable, Sendable {
    /// No PEM certificate can be read.
    case noCertificate
    /// No PEM private key can be read.
    case noKey
    /// The key is encrypted, and there is nobody to type its passphrase.
    case encryptedKey
    /// RS256 needs an RSA key.
    case notRSA
    /// The key is not that of the certificate.
    case keyOfAnother
    case notYetValid(from: Date)
    case expired(at: Date)
    /// OpenSSL would not sign, which a key that it could read gives no reason for.
    case notSigned
}
