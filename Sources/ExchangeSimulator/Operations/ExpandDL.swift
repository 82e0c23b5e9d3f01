/// The members of a distribution group, one level deep.
/// https://learn.microsoft.com/exchange/client-developer/web-service-reference/expanddl-operation
struct ExpandDL: ExchangeOperation {
    let requestElement = "ExpandDL"
    let groups: Groups
    let mailboxes: Mailboxes

    /// What a member is to Exchange.
    private enum Kind: String {
        case mailbox = "Mailbox"
        case group = "PublicDL"
        case contact = "Contact"
    }

    func answer(_ request: ExchangeRequest) async throws(SOAPFault) -> ExchangeAnswer {
        guard let address = request.operation.child("Mailbox", Namespace.messages)?.value("EmailAddress") else {
            throw .schemaValidation("EmailAddress is missing.")
        }
        var xml = XMLWriter()
        switch await groups.find(address.lowercased()) {
        case .failure(let error): xml.responseMessage(of: requestElement, error)
        case .success(let group):
            let told = group.members.prefix(group.told ?? .max)
            var members: [(address: String, kind: Kind)] = []
            for member in told { members.append((member, await kind(of: member))) }
            xml.responseMessage(of: requestElement) { xml in
                xml.element(
                    "m:DLExpansion",
                    [
                        "TotalItemsInView": String(members.count),
                        "IncludesLastItemInRange": String(told.count == group.members.count),
                    ]
                ) { xml in
                    for member in members { Self.write(member.address, member.kind, to: &xml) }
                }
            }
        }
        return .document(xml)
    }

    private func kind(of address: String) async -> Kind {
        if await groups.contains(address) { return .group }
        return await mailboxes.mailbox(address) == nil ? .contact : .mailbox
    }

    private static func write(_ address: String, _ kind: Kind, to xml: inout XMLWriter) {
        xml.element("t:Mailbox") { xml in
            xml.element("t:Name", [:], String(address.prefix { $0 != "@" }))
            xml.element("t:EmailAddress", [:], address)
            xml.element("t:RoutingType", [:], "SMTP")
            xml.element("t:MailboxType", [:], kind.rawValue)
        }
    }
}
