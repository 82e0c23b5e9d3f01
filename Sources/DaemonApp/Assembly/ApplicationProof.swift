import Availability
import ConfigurationFile
import Exchange
import Foundation
import HTTPTransport
import OAuthMessages

extension OAuthApplication {
    /// - Parameter caFile: the authorities of the connector, which vouch for who issues tokens as for who holds mailboxes. A
    ///   pinned key is the Exchange server's alone.
    init(_ options: ApplicationOptions, proof: Proof, caFile: String?) {
        self.init(
            tenant: options.tenant,
            clientID: options.clientID,
            proof: proof,
            authority: options.authority,
            scope: options.scope,
            trust: TrustOptions(caFile: caFile)
        )
    }
}

extension OAuthApplication.Proof {
    /// Reads what the configuration names.
    ///
    /// - Throws: `PasswordError` or `CertificateMistake`.
    init(_ proof: ApplicationOptions.Proof, credentialsDirectory: String?) throws {
        switch proof {
        case .secret(let source):
            self = .secret(Secret(try source.readPassword(credentialsDirectory: credentialsDirectory)))
        case .certificate(let path, let privateKey):
            let keyPath = try privateKey.path(credentialsDirectory: credentialsDirectory)
            let places = CertificateMistake.Places(certificate: path, privateKey: "\(privateKey)")
            guard let certificate = Self.contents(of: path) else { throw CertificateMistake(.noCertificate, places) }
            guard let key = Self.contents(of: keyPath) else { throw CertificateMistake(.noKey, places) }
            do {
                self = .certificate(try SigningIdentity(certificate: certificate, privateKey: key))
            } catch {
                throw CertificateMistake(error, places)
            }
        }
    }

    /// `nil` where it cannot be read; a byte more than it may have, where it is too large.
    private static func contents(of path: String) -> [UInt8]? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        return (try? handle.read(upToCount: SigningIdentity.largest + 1) ?? Data()).map(Array.init)
    }
}

/// An application cannot sign with the files that the configuration names. Never holds any of the key.
struct CertificateMistake: ExplainedError, Hashable {
    /// Where they are.
    struct Places: Hashable, Sendable {
        var certificate: String
        /// Such as `file /etc/freebusyd/app.key`.
        var privateKey: String
    }

    let diagnosis: Diagnosis
    /// Not before the files or the configuration are changed.
    var retry: RetryAdvice { .never }

    init(_ error: SigningIdentityError, _ places: Places) {
        let certificate = "The certificate in the file \(places.certificate)"
        let key = "The private key in the \(places.privateKey)"
        let (summary, remedy) =
            switch error {
            case .noCertificate:
                (
                    "\(certificate) cannot be read as PEM.",
                    "Write the certificate of the application into the file that client_certificate names, beginning "
                        + "with -----BEGIN CERTIFICATE-----, and let the daemon's user read it."
                )
            case .noKey:
                (
                    "\(key) cannot be read as PEM.",
                    "Write the private key into the file that client_private_key_file names, or hand it over with "
                        + "client_private_key_credential. The daemon's user alone must be able to read it."
                )
            case .encryptedKey:
                (
                    "\(key) is encrypted.",
                    "Store it without a passphrase (openssl pkey -in OLD -out NEW), readable for the daemon's user "
                        + "alone, or as an encrypted credential of systemd."
                )
            case .notRSA, .notSigned:
                (
                    "\(key) is no RSA key, which signing with RS256 needs.",
                    "Make an RSA key and a certificate for it, and upload that to the registration of the application."
                )
            case .keyOfAnother:
                (
                    "\(key) does not belong to the certificate in the file \(places.certificate).",
                    "Set client_certificate and client_private_key_file to the two parts of one pair."
                )
            // Dates are looked at when something is signed.
            case .notYetValid, .expired:
                ("\(certificate) does not hold now.", "Make another one, and check the clock of this machine.")
            }
        diagnosis = Diagnosis(id: "config.certificate-unusable", summary: summary, remedy: remedy)
    }
}
