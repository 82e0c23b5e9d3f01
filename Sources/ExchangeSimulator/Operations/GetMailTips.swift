/// What senders are shown of recipients before they write; whatever is asked for, of the automatic reply alone. exchangelib
/// leaves out MailTipsRequested, which the schema demands, and Exchange answers all the same.
/// https://learn.microsoft.com/exchange/client-developer/web-service-reference/getmailtips-operation
struct GetMailTips: ExchangeOperation {
    let requestElement = "GetMailTips"
    let mailboxes: Mailboxes
    let conduct: MailTipsConduct

    func answer(_ request: ExchangeRequest) async throws(SOAPFault) -> ExchangeAnswer {
        let sender = request.operation.child("SendingAs", Namespace.messages)?.value("EmailAddress") ?? ""
        guard !sender.isEmpty else {
            throw .schemaValidation("SendingAs is missing.")
        }
        let recipients = request.operation.child("Recipients", Namespace.messages)?.children ?? []
        let addresses = recipients.map { $0.value("EmailAddress")?.lowercased() ?? "" }
        let state = conduct.current
        guard addresses.count <= state.recipients else {
            // Microsoft documents that there is a limit, and not what follows.
            throw SOAPFault(code: "ErrorInvalidRequest", message: "The request is for too many recipients.")
        }
        var xml = XMLWriter()
        if state.manner == .disabled {
            let error = MailboxError(code: "ErrorMailTipsDisabled", message: "Mail tips are disabled.")
            xml.responseMessage(error, as: "m:GetMailTipsResponse")
            return .document(xml)
        }
        let replies = await mailboxes.currentReplies(of: addresses)
        xml.responseMessage(as: "m:GetMailTipsResponse") { xml in
            guard !replies.isEmpty else { return }
            xml.element("m:ResponseMessages") { xml in
                for (address, reply) in zip(addresses, replies) { write(reply, of: address, state.manner, to: &xml) }
            }
        }
        return .document(xml)
    }

    private func write(
        _ reply: Result<AutomaticReply?, MailboxError>,
        of address: String,
        _ manner: MailTipsConduct.Manner,
        to xml: inout XMLWriter
    ) {
        switch reply {
        case .failure(let error): xml.responseMessage(error, as: "m:MailTipsResponseMessageType")
        case .success(let reply):
            xml.responseMessage(as: "m:MailTipsResponseMessageType") { xml in
                xml.element("m:MailTips") { xml in
                    xml.element("t:RecipientAddress") { xml in
                        xml.element("t:Name", [:], "")
                        xml.element("t:EmailAddress", [:], address)
                        xml.element("t:RoutingType", [:], "SMTP")
                    }
                    xml.element("t:PendingMailTips", [:], manner == .pending ? "OutOfOfficeMessage" : "")
                    if manner != .pending { write(reply, manner, to: &xml) }
                }
            }
        }
    }

    private func write(_ reply: AutomaticReply?, _ manner: MailTipsConduct.Manner, to xml: inout XMLWriter) {
        xml.element("t:OutOfOffice") { xml in
            if manner == .withoutBody {
                xml.element("t:OofState", [:], "Disabled")
                xml.element("t:OofReply") { $0.element("t:Message", [:], "") }
                return
            }
            let told = manner == .neverAway ? nil : reply
            xml.element("t:ReplyBody") { $0.element("t:Message", [:], told?.internalMessage ?? "") }
            guard let told, told.state == .scheduled else { return }
            xml.element("t:Duration") { xml in
                xml.element("t:StartTime", [:], told.start.text)
                xml.element("t:EndTime", [:], told.end.text)
            }
        }
    }
}

extension Mailboxes {
    /// For each address the reply that is sent at this moment, if any; anybody may know, since anybody would get it.
    func currentReplies(of addresses: [String]) -> [Result<AutomaticReply?, MailboxError>] {
        addresses.map { address in
            guard let mailbox = mailbox(address) else { return .failure(.notFound(address)) }
            if let failure = mailbox.failure { return .failure(failure) }
            return .success(mailbox.automaticReply.isSent(at: moment) ? mailbox.automaticReply : nil)
        }
    }
}

extension AutomaticReply {
    /// Whether somebody who writes now gets it.
    func isSent(at now: Instant) -> Bool {
        switch state {
        case .disabled: false
        case .enabled: true
        case .scheduled: start <= now && now < end
        }
    }
}
