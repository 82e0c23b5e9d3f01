import ConfigurationFile
import NIOSSL

extension TLSConfiguration {
    /// TLS 1.2 or later with this certificate and key, both read now, once it is clear that they belong together.
    static func server(_ identity: ServerIdentity) throws -> TLSConfiguration {
        let certificates = try NIOSSLCertificate.fromPEMFile(identity.certificate)
        let key = try NIOSSLPrivateKey(file: identity.privateKey, format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: certificates.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        _ = try NIOSSLContext(configuration: configuration)
        return configuration
    }
}
