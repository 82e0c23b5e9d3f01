/// How a server of the daemon proves who it is: two PEM files by their absolute paths.
package struct ServerIdentity: Hashable, Sendable {
    /// The certificate, followed by those between it and an authority that the other side trusts.
    package var certificate: String
    package var privateKey: String

    package init(certificate: String, privateKey: String) {
        self.certificate = certificate
        self.privateKey = privateKey
    }
}
