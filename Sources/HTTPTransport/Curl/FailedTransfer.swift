import CCurl
import COpenSSL
import Foundation

/// What libcurl tells of a transfer that failed, and what that means. Decides by numbers only, never by text.
///
/// Codes: libcurl-errors(3); verification results: `X509_V_ERR_…` in OpenSSL's `x509_vfy.h`.
struct FailedTransfer {
    var code: CURLcode
    var verifyResult: Int
    var errno: Int32
    /// TCP stood, and TLS was begun over it.
    var beganTLS: Bool
    /// The connection stood, TLS included, and the request was going out.
    var wasConnected: Bool
    var host: String
    /// The server's, where TLS stood before something else was found wrong with it.
    var serverCertificate: CertificateFacts?
    /// Where verification failed.
    var faultyCertificate: FaultyCertificate?
    /// Why OpenSSL gave up, its `SSL_R_…`.
    var handshakeReason: Int32?
    var caFile: String?
    var limits: TransferLimits

    var error: HTTPError {
        if let tlsFailure { return .tls(tlsFailure, host: host) }
        return switch code {
        case CURLE_URL_MALFORMAT: .invalidURL
        case CURLE_COULDNT_RESOLVE_HOST: .hostNotFound(host: host)
        case CURLE_COULDNT_CONNECT: .unreachable(host: host, errno: errno)
        case CURLE_OPERATION_TIMEDOUT: timeout
        case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR: .connectionClosed
        // The latter stands for HTTP/0.9, that is, for anything at all instead of a status line.
        case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_UNSUPPORTED_PROTOCOL: .malformedResponse
        case CURLE_OUT_OF_MEMORY: .outOfResources(errno: ENOMEM)
        default: .libcurl(code: Int32(code.rawValue))
        }
    }

    private var timeout: HTTPError {
        let whole = limits.whole ?? .infinity
        guard !wasConnected, limits.connect <= whole else { return .wholeTimeout(seconds: whole) }
        return beganTLS
            ? .tls(.silent(seconds: limits.connect), host: host) : .connectTimeout(seconds: limits.connect)
    }

    private var tlsFailure: TLSFailure? {
        switch code {
        case CURLE_PEER_FAILED_VERIFICATION: verificationFailure
        case CURLE_SSL_PINNEDPUBKEYNOTMATCH: .keyMismatch(found: serverCertificate?.publicKey)
        case CURLE_SSL_CACERT_BADFILE: .caFileUnusable(path: caFile ?? "")
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_CERTPROBLEM, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_USE_SSL_FAILED:
            handshakeFailure
        default: nil
        }
    }

    private var handshakeFailure: TLSFailure {
        switch handshakeReason {
        // Its first bytes are not those of a TLS record.
        case SSL_R_WRONG_VERSION_NUMBER: .notTLS
        // It chose an older version than we offered, or refused all that were offered.
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION: .oldProtocol
        default: .handshake(code: Int32(code.rawValue), reason: handshakeReason)
        }
    }

    private var verificationFailure: TLSFailure {
        switch verifyResult {
        // libcurl compares the names itself, after OpenSSL found nothing wrong; it leaves 0 or its initial 1 behind.
        case 0, 1: .nameMismatch(names: serverCertificate?.names ?? [])
        case 9: .notYetValid(faultyCertificate)
        case 10: .expired(faultyCertificate)
        // Self-signed, alone or at the end of a chain, and issuers that are not known or not sent.
        case 2, 18, 19, 20, 21, 27: .untrustedIssuer(faultyCertificate)
        default: .verification(code: verifyResult)
        }
    }
}
