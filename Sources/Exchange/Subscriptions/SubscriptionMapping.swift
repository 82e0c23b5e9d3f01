import Availability
import EWSMessages

/// Turns what Exchange says of one subscription into what the engine knows of it.
struct SubscriptionMapping: Sendable {
    /// What became of the wish to subscribe.
    enum Outcome: Sendable {
        case made(SubscribeResponse.Subscription)
        case refused(MailboxFailure)
        case methodUnknown(Diagnosis)
    }

    let mailbox: String
    let classifier: FailureClassifier

    /// - Throws: what concerns the server or the account rather than this mailbox.
    func outcome(
        of result: EWSReply<SubscribeResponse>.Result,
        _ method: NotificationMethod
    ) throws(SourceFailure) -> Outcome {
        switch result {
        case .success(let response):
            if let subscription = response.subscription { return .made(subscription) }
            return try refusal(response.responseMessage.responseCode, response.responseMessage.messageXml, method)
        case .fault(let fault):
            guard let code = fault.responseCode else { return .refused(try classifier.subscribingFailure(fault)) }
            return try refusal(code, fault.messageXml, method)
        }
    }

    private func refusal(
        _ code: ResponseCode,
        _ messageXml: MessageXml,
        _ method: NotificationMethod
    ) throws(SourceFailure) -> Outcome {
        guard !classifier.tellsOfUnknownMethod(code) else {
            return .methodUnknown(.methodUnknown(method, why: code.rawValue))
        }
        return .refused(try classifier.subscribingFailure(code, messageXml, of: mailbox))
    }

    /// - Throws: where the subscription may still be there.
    func checkEnd(_ result: EWSReply<UnsubscribeResponse>.Result) throws(SourceFailure) {
        switch result {
        case .success(let response) where response.responseMessage.responseCode == .noError: return
        case .success(let response): try checkLoss(response.responseMessage)
        case .fault(let fault): try checkLoss(fault)
        }
    }

    /// - Parameter watermark: the one that was asked with.
    /// - Throws: where the subscription may still be there.
    func answer(
        of result: EWSReply<GetEventsResponse>.Result,
        after watermark: String?
    ) throws(SourceFailure) -> PollAnswer {
        switch result {
        case .success(let response):
            guard let notification = response.notification else {
                try checkLoss(response.responseMessage)
                return .lost
            }
            // Events of a kind that is not known have no watermark here; asking again from the old one loses nothing.
            let next = notification.watermark ?? watermark
            // A server that always has more, and gets no further, must not keep us busy.
            let isFurther = next == nil || next != watermark
            return .answered(
                isChanged: notification.tellsOfChange,
                watermark: next,
                hasMore: notification.moreEvents && notification.tellsOfChange && isFurther
            )
        case .fault(let fault):
            try checkLoss(fault)
            return .lost
        }
    }

    private func checkLoss(_ fault: SOAPFault) throws(SourceFailure) {
        guard let code = fault.responseCode else { throw classifier.failure(fault) }
        try checkLoss(ResponseMessage(code, messageXml: fault.messageXml))
    }

    /// Returns where an error says that the subscription is gone, or cannot be used any more.
    private func checkLoss(_ message: ResponseMessage) throws(SourceFailure) {
        let code = message.responseCode
        guard !classifier.tellsOfLoss(code), !classifier.tellsOfMailbox(code) else { return }
        throw classifier.wholeFailure(code, message.messageXml)
            ?? SourceFailure(.serverFault(code.rawValue), retry: .later, isOfRequest: true)
    }
}
