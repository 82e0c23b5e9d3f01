/// Whom to believe. There is no way to believe anybody.
package struct TrustOptions: Hashable, Sendable {
    /// A PEM file of certification authorities that takes the place of the system's store; `nil` for the system's.
    package var caFile: String?
    /// The public key that the server must have: `sha256//` and the base64 of the SHA-256 of its DER form, several
    /// separated by `;` (CURLOPT_PINNEDPUBLICKEY(3)). Alone, it takes the place of authorities, names and dates, which say
    /// less; beside `caFile` both must hold.
    package var pinnedPublicKey: String?

    package init(caFile: String? = nil, pinnedPublicKey: String? = nil) {
        self.caFile = caFile
        self.pinnedPublicKey = pinnedPublicKey
    }
}
