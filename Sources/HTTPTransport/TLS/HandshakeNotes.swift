import COpenSSL

/// What OpenSSL tells while it agrees with a server, of which libcurl passes on only a number: at which certificate
/// verification failed, and why there was no agreement. It looks on; the verdict is OpenSSL's.
///
/// The TLS context that is looked at holds these notes as long as it lives itself, which is as long as its connection: a
/// server may ask for a new handshake long after the transfer that opened the connection has ended.
final class HandshakeNotes {
    /// Whether a connection came as far as TLS.
    private(set) var hasBegun = false
    private(set) var fault: FaultyCertificate?
    /// OpenSSL's `SSL_R_…`.
    private(set) var failureReason: Int32?

    /// The place of the notes in each TLS context. The function is also called for contexts of others, which have
    /// nothing in that place.
    private static let index = copenssl_new_context_index { _, notes, _, _, _, _ in
        guard let notes else { return }
        Unmanaged<HandshakeNotes>.fromOpaque(notes).release()
    }

    /// Looks at the handshakes of this context, from now on and in place of those before. Where there is no memory for
    /// that, nothing is noted.
    func watch(_ context: OpaquePointer) {
        hasBegun = true
        fault = nil
        failureReason = nil
        let held = Unmanaged.passRetained(self)
        guard Self.index >= 0, SSL_CTX_set_ex_data(context, Self.index, held.toOpaque()) == 1 else {
            return held.release()
        }
        // The mode stays what libcurl has set.
        SSL_CTX_set_verify(context, SSL_CTX_get_verify_mode(context)) { isGood, verification in
            if isGood != 1, let verification { HandshakeNotes.of(verification)?.noteFault(verification) }
            return isGood
        }
        SSL_CTX_set_info_callback(context) { connection, place, result in
            // Also called for each step on the way, and where only data is missing: then no error stands in the queue.
            guard place & SSL_CB_EXIT != 0, result <= 0, let connection else { return }
            HandshakeNotes.of(connection: connection)?.noteFailure()
        }
    }

    private static func of(_ verification: OpaquePointer) -> HandshakeNotes? {
        let connection = X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx())
        return connection.flatMap { of(connection: OpaquePointer($0)) }
    }

    private static func of(connection: OpaquePointer) -> HandshakeNotes? {
        let notes = SSL_get_SSL_CTX(connection).flatMap { SSL_CTX_get_ex_data($0, index) }
        return notes.map { Unmanaged<HandshakeNotes>.fromOpaque($0).takeUnretainedValue() }
    }

    private func noteFault(_ verification: OpaquePointer) {
        guard let failed = Certificate(sharing: X509_STORE_CTX_get_current_cert(verification)) else { return }
        fault = FaultyCertificate(
            failed.facts,
            depth: Int(X509_STORE_CTX_get_error_depth(verification)),
            isSelfSigned: [X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN]
                .contains(X509_STORE_CTX_get_error(verification)),
            serverKey: Certificate(sharing: X509_STORE_CTX_get0_cert(verification))?.facts.publicKey
        )
    }

    /// Only looks at the queue: libcurl takes the error from it afterwards.
    private func noteFailure() {
        let error = ERR_peek_error()
        guard error != 0, ERR_GET_LIB(error) == ERR_LIB_SSL else { return }
        failureReason = ERR_GET_REASON(error)
    }
}
