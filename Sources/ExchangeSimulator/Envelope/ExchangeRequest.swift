/// A request as an operation sees it: who asks, as whom, and what.
struct ExchangeRequest: Sendable {
    /// The child of the SOAP body, such as GetUserAvailabilityRequest.
    var operation: XMLElement
    /// The account that showed its password.
    var caller: String
    /// The mailbox the caller acts as, in lower case.
    var impersonated: String?
    /// The back end it reached, from 1.
    var backEnd = 1

    /// Whose rights count.
    var actor: String { impersonated ?? caller }

    /// - Throws: the fault Exchange answers with when the envelope is none or names a schema the product does not know.
    init(_ bytes: [UInt8], caller: String, product: ExchangeProduct) throws(SOAPFault) {
        let envelope: XMLElement
        do {
            envelope = try XMLElement.parse(bytes)
        } catch {
            throw .schemaValidation("the document is not well-formed XML.")
        }
        guard envelope.name == "Envelope", envelope.namespace == Namespace.soap,
            let body = envelope.child("Body", Namespace.soap), let operation = body.children.first,
            operation.namespace == Namespace.messages
        else { throw .schemaValidation("no SOAP 1.1 envelope with an operation in its body.") }

        let header = envelope.child("Header", Namespace.soap)
        // Without the header the oldest schema holds; every product knows it.
        if let version = header?.child("RequestServerVersion")?.attributes["Version"], !product.knows(version) {
            throw .invalidServerVersion
        }
        if let impersonation = header?.child("ExchangeImpersonation") {
            guard let identity = impersonation.child("ConnectingSID")?.children.first, identity.name != "SID" else {
                throw SOAPFault(code: "ErrorImpersonationFailed", message: "The account to impersonate is not given.")
            }
            impersonated = identity.trimmedText.lowercased()
        }
        self.operation = operation
        self.caller = caller.lowercased()
    }
}
