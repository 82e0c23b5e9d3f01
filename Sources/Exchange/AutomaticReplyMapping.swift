import Availability
import EWSMessages

/// Turns what Exchange says of an automatic reply into what the engine knows of it.
struct AutomaticReplyMapping: Sendable {
    let mailbox: String
    let classifier: FailureClassifier

    /// - Throws: where a fault concerns the server or the account rather than this mailbox.
    func reading(
        of result: EWSReply<GetUserOofSettingsResponse>.Result
    ) throws(SourceFailure) -> AutomaticReplyReading {
        switch result {
        case .fault(let fault): return .failure(try failure(fault))
        case .success(let response):
            let message = response.responseMessage
            guard let settings = response.oofSettings else {
                return .failure(
                    classifier.failure(message.responseCode, message.messageXml, of: mailbox, .automaticReply)
                )
            }
            return .success(AutomaticReply(settings))
        }
    }

    /// The request was made as this mailbox, so a fault mostly means that it may not be. Exchange refuses others'
    /// settings with a fault that names no code of its own, only SOAP's `Client`.
    private func failure(_ fault: SOAPFault) throws(SourceFailure) -> MailboxFailure {
        if let code = fault.responseCode {
            if let whole = classifier.wholeFailure(code, fault.messageXml) { throw whole }
            return classifier.failure(code, fault.messageXml, of: mailbox, .automaticReply)
        }
        guard fault.faultCode.split(separator: ":").last == "Client" else { throw classifier.failure(fault) }
        return MailboxFailure(classifier.noAccess(to: .automaticReply, of: mailbox), retry: .later)
    }
}

extension AutomaticReply {
    /// The bodies as plain text.
    init(_ settings: UserOofSettings) {
        let state: State =
            switch settings.oofState {
            case .disabled: .disabled
            case .enabled: .enabled
            case .scheduled: .scheduled
            }
        self.init(
            state: state,
            duration: settings.duration.map { TimeWindow(start: $0.startTime, end: $0.endTime) },
            internalText: ReplyText(settings.internalReply).text,
            externalText: ReplyText(settings.externalReply).text
        )
    }
}
