import COpenSSL
import NIOSSL

/// Whether and how what is sent over a connection is kept from others.
package enum StreamSecurity: Sendable {
    case none
    case tls(TLSTrust)
}

/// Whose certificates are believed. Costly to make where it is the system's: one for all connections of a hook.
///
/// The certificate is always verified, and the name or IP address in it; versions of TLS from 1.2 on.
package final class TLSTrust: Sendable {
    let context: NIOSSLContext

    /// - Parameter caFile: PEM certificates that are trusted instead of the system's.
    /// - Throws: `trustUnusable`.
    package init(caFile: String?) throws(ConnectionFailure) {
        do {
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.certificateVerification = .fullVerification
            configuration.minimumTLSVersion = .tlsv12
            if let caFile { configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(caFile)) }
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw .trustUnusable(path: caFile ?? "the system's store")
        }
    }
}

extension ConnectionFailure {
    /// What TLS says, told apart by what kind of error it is and what the certificate says of itself.
    ///
    /// - Parameter certificate: the one that the server showed, if it came that far.
    init(_ error: any Error, certificate: NIOSSLCertificate?) {
        switch error {
        case let error as NIOSSLExtraError where error == .failedToValidateHostname: self = .untrusted(.otherName)
        case let error as NIOSSLError:
            switch error {
            case .uncleanShutdown: self = .closed
            case .unableToValidateCertificate, .noCertificateToValidate: self = .untrusted(.otherName)
            case .handshakeFailed(.sslError(let stack)) where stack == [.eofDuringHandshake]:
                self = .tls("the other side closed the connection before TLS was agreed upon")
            case .handshakeFailed(let reason):
                self = certificate.map { .untrusted(CertificateFault($0)) } ?? .tls("\(reason)".oneLine)
            default: self = .tls("\(error)".oneLine)
            }
        case let error as BoringSSLError: self = .tls("\(error)".oneLine)
        default: self = .lost(errno: 0)
        }
    }
}

extension CertificateFault {
    /// Why a certificate that was not believed was not: what is left is who signed it.
    fileprivate init(_ certificate: NIOSSLCertificate) {
        guard let der = try? certificate.toDERBytes() else {
            self = .issuer
            return
        }
        let (isYoung, isOld) = der.withUnsafeBufferPointer { bytes -> (Bool, Bool) in
            var start = bytes.baseAddress
            guard let handle = d2i_X509(nil, &start, bytes.count) else { return (false, false) }
            defer { X509_free(handle) }
            return (
                X509_cmp_current_time(X509_get0_notBefore(handle)) > 0,
                X509_cmp_current_time(X509_get0_notAfter(handle)) < 0
            )
        }
        self = isYoung ? .notYetValid : isOld ? .expired : .issuer
    }
}

extension String {
    /// What a library says, bounded, for a log.
    fileprivate var oneLine: String { String(prefix(200).filter { !$0.isNewline }) }
}
