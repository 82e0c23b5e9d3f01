/// Why there is no answer, in cases that a diagnosis can tell apart. None of them carries a secret or a URL's path.
package enum HTTPError: Error, Hashable, Sendable {
    // Refused before anything was sent.
    /// The URL can not be read, is neither http nor https, or carries a user or password.
    case invalidURL
    /// A method, header, user name or socket path that HTTP or the system has no room for.
    case invalidRequest(InvalidPart)
    /// Unencrypted http to this host, which is not this machine.
    case plainHTTPRefused(host: String)
    /// As many transfers as allowed are under way and as many as allowed wait.
    case tooManyUnderWay
    /// The client was shut down before or during the transfer.
    case shutDown
    /// The task that asked was cancelled.
    case cancelled

    // On the way to the server.
    case hostNotFound(host: String)
    /// No connection, with the system's `errno`: `ECONNREFUSED`, `EHOSTUNREACH`, for a Unix socket `ENOENT`, `EACCES`.
    case unreachable(host: String, errno: Int32)
    /// ``TransferLimits/connect`` passed, in seconds.
    case connectTimeout(seconds: Double)
    case tls(TLSFailure, host: String)

    // With the server.
    /// ``TransferLimits/firstByte`` passed.
    case firstByteTimeout(seconds: Double)
    /// ``TransferLimits/stall`` passed, or ``TransferLimits/firstBodyByte``.
    case stalled(seconds: Double)
    /// ``TransferLimits/whole`` passed.
    case wholeTimeout(seconds: Double)
    /// The connection ended before the answer did.
    case connectionClosed
    case headersTooLarge(limit: Int)
    case bodyTooLarge(limit: Int)
    /// What came is not HTTP, or its body can not be decompressed.
    case malformedResponse
    /// What came has no header at all: how its first line begins, printable ASCII, at most 60 characters.
    case notHTTP(opening: String)

    // In our own house.
    /// The system has no descriptor or memory left; `errno`.
    case outOfResources(errno: Int32)
    /// A code of libcurl that means none of the above.
    case libcurl(code: Int32)
}

/// What of a request can not be sent.
package enum InvalidPart: String, Hashable, Sendable {
    case method, header, user, password, unixSocket, pinnedPublicKey
}

/// Why a TLS connection was given up.
package enum TLSFailure: Hashable, Sendable {
    /// The certificate is for other names: these host names and addresses, at most 20.
    case nameMismatch(names: [String])
    /// Nobody who is known here vouches for the chain of certificates, which ends with this one: it signed itself, or its
    /// issuer was neither sent nor is known.
    case untrustedIssuer(FaultyCertificate?)
    case expired(FaultyCertificate?)
    case notYetValid(FaultyCertificate?)
    /// The server has another key than ``TrustOptions/pinnedPublicKey``; the one it has, in the same form.
    case keyMismatch(found: String?)
    /// ``TrustOptions/caFile`` is missing, unreadable or holds no certificate.
    case caFileUnusable(path: String)
    /// Verification failed for another reason; OpenSSL's `X509_V_ERR_…` code (openssl-verification-options(1)).
    case verification(code: Int)
    /// The connection stood, and TLS did not within so many seconds.
    case silent(seconds: Double)
    /// What answers does not speak TLS.
    case notTLS
    /// The server has no version of TLS from 1.2 on.
    case oldProtocol
    /// They could not agree for another reason: libcurl's code, and OpenSSL's `SSL_R_…` where there is one.
    case handshake(code: Int32, reason: Int32? = nil)
}

/// The certificate that verification failed at.
package struct FaultyCertificate: Hashable, Sendable {
    package var facts: CertificateFacts
    /// How far it is from the server's own, which has 0.
    package var depth: Int
    /// It failed because it signed itself and is not known, as the last of a whole chain does. If an issuer is not known
    /// and this is not so, the chain is cut off behind this certificate.
    package var isSelfSigned: Bool
    /// The key of the server itself, in the form of ``TrustOptions/pinnedPublicKey``.
    package var serverKey: String?

    package init(_ facts: CertificateFacts, depth: Int = 0, isSelfSigned: Bool = false, serverKey: String? = nil) {
        self.facts = facts
        self.depth = depth
        self.isSelfSigned = isSelfSigned
        self.serverKey = serverKey
    }
}
