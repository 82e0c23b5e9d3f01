import CCurl
import COpenSSL

extension CurlEasy {
    /// The server's own certificate. Known once TLS stands, which it does when only its name or its key is wrong; `nil`
    /// before that, and over a connection that was there already.
    ///
    /// libcurl hands certificates over as lines of text, the last of which is the certificate itself
    /// (CURLINFO_CERTINFO(3)).
    var serverCertificate: CertificateFacts? {
        var chain: UnsafeMutablePointer<curl_certinfo>?
        guard ccurl_get_certificates(handle, &chain) == CURLE_OK, let chain = chain?.pointee, chain.num_of_certs > 0
        else { return nil }
        let prefix = "Cert:"
        // The first is the server's own.
        var line = chain.certinfo?.pointee
        while let entry = line?.pointee {
            let text = entry.data.map { String(cString: $0) } ?? ""
            if text.hasPrefix(prefix) { return Certificate(pem: text.dropFirst(prefix.count))?.facts }
            line = entry.next
        }
        return nil
    }

    /// Whom the connection in use leads to, be it new or used before.
    ///
    /// - Parameter address: as libcurl tells it, when the request is about to go out.
    func peer(at address: String) -> PeerReport {
        var session: UnsafeMutablePointer<curl_tlssessioninfo>?
        guard ccurl_get_tls_session(handle, &session) == CURLE_OK, let session = session?.pointee,
            session.backend == CURLSSLBACKEND_OPENSSL, let connection = session.internals.map({ OpaquePointer($0) })
        else { return PeerReport(address: address) }
        let chain = SSL_get_peer_cert_chain(connection)
        let count = chain.map { copenssl_certificate_count($0) } ?? 0
        return PeerReport(
            address: address,
            tlsVersion: SSL_get_version(connection).map { String(cString: $0) },
            certificates: (0..<min(max(count, 0), 10)).compactMap {
                Certificate(sharing: copenssl_certificate_at(chain, $0))?.facts
            }
        )
    }
}
