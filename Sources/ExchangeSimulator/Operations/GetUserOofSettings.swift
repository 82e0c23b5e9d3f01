/// The automatic reply of one mailbox.
/// https://learn.microsoft.com/exchange/client-developer/web-service-reference/getuseroofsettings-operation
struct GetUserOofSettings: ExchangeOperation {
    let requestElement = "GetUserOofSettingsRequest"
    let mailboxes: Mailboxes

    func answer(_ request: ExchangeRequest) async throws(SOAPFault) -> ExchangeAnswer {
        let outcome = await mailboxes.automaticReply(of: request.oofMailbox, askedBy: request.actor)
        var xml = XMLWriter()
        xml.element("m:GetUserOofSettingsResponse") { xml in
            switch outcome {
            case .failure(let error): xml.responseMessage(error)
            case .success(let reply):
                xml.responseMessage()
                xml.element("t:OofSettings") { write(reply, to: &$0) }
                xml.element("m:AllowExternalOof", [:], "All")
            }
        }
        return .document(xml)
    }

    /// Duration is there whatever the state.
    private func write(_ reply: AutomaticReply, to xml: inout XMLWriter) {
        xml.element("t:OofState", [:], reply.state.rawValue)
        xml.element("t:ExternalAudience", [:], reply.externalAudience.rawValue)
        xml.element("t:Duration") { xml in
            xml.element("t:StartTime", [:], reply.start.text)
            xml.element("t:EndTime", [:], reply.end.text)
        }
        xml.element("t:InternalReply") { $0.element("t:Message", [:], reply.internalMessage) }
        xml.element("t:ExternalReply") { $0.element("t:Message", [:], reply.externalMessage) }
    }
}

extension ExchangeRequest {
    /// The mailbox that a request about automatic replies names.
    var oofMailbox: String { operation.child("Mailbox")?.value("Address")?.lowercased() ?? "" }
}
