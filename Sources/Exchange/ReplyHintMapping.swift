import Availability
import EWSMessages

/// Turns mail tips into hints.
struct ReplyHintMapping: Sendable {
    /// A request that brought nothing.
    struct Refusal: Error {
        var failure: SourceFailure
        /// Whether the server may only have been asked about too many mailboxes at once.
        var mayBeOfCount = false
    }

    let classifier: FailureClassifier

    /// - Throws: where nothing is told of any of `mailboxes`.
    func hints(
        of result: EWSReply<GetMailTipsResponse>.Result,
        about mailboxes: [MailboxAddress]
    ) throws(Refusal) -> [ReplyHint] {
        switch result {
        case .fault(let fault):
            guard let code = fault.responseCode else { throw Refusal(failure: classifier.failure(fault)) }
            throw refusal(code, fault.messageXml)
        case .success(let response):
            let message = response.responseMessage
            guard message.responseCode == .noError else { throw refusal(message.responseCode, message.messageXml) }
            let parts = response.mailTipsResponses
            guard parts.count == mailboxes.count else {
                let what = "\(parts.count) mail tips for \(mailboxes.count) mailboxes"
                throw Refusal(failure: SourceFailure(.unexpectedAnswer(what), retry: .later, isOfRequest: true))
            }
            return zip(mailboxes, parts).map(hint)
        }
    }

    private func hint(_ mailbox: MailboxAddress, _ part: GetMailTipsResponse.MailTipsResponse) -> ReplyHint {
        switch part {
        case .failure(let message):
            let (code, messageXml) = (message.responseCode, message.messageXml)
            return .failed(classifier.failure(code, messageXml, of: mailbox.text, .automaticReply))
        case .unreadable(let error):
            return .failed(MailboxFailure(.unexpectedAnswer(error.description), retry: .later))
        case .success(let tips):
            switch tips.automaticReply {
            case .inactive: return .inactive
            case .active(let body, let duration):
                let window = duration.map { TimeWindow(start: $0.startTime, end: $0.endTime) }
                return .active(ReplySign(text: ReplyText(body).text, duration: window))
            case .pending: return .pending
            case .untold: return .untold
            }
        }
    }

    /// Why the server tells nothing: its state, or that it has no mail tips for this account. The latter must not keep the
    /// connector from reading calendars, so that it counts as trouble with this very request.
    private func refusal(_ code: ResponseCode, _ messageXml: MessageXml) -> Refusal {
        switch code {
        case .serverBusy, .exceededConnectionCount:
            return Refusal(failure: classifier.wholeFailure(code, messageXml) ?? fault(code, retry: .later))
        case .schemaValidation, .incorrectSchemaVersion, .mailboxDataArrayTooBig, .exceededMaxRecipientLimit,
            .invalidRecipients, .invalidRequest, .dataSizeLimitExceeded, .invalidArgument:
            return Refusal(failure: fault(code, retry: .never), mayBeOfCount: true)
        case .mailTipsDisabled, .invalidServerVersion, .accessDenied, .sendAsDenied:
            return Refusal(failure: fault(code, retry: .never))
        default: return Refusal(failure: fault(code, retry: .later))
        }
    }

    private func fault(_ code: ResponseCode, retry: RetryAdvice) -> SourceFailure {
        SourceFailure(.serverFault(code.rawValue), retry: retry, isOfRequest: true)
    }
}

extension ResponseCode {
    fileprivate static let dataSizeLimitExceeded = ResponseCode(rawValue: "ErrorDataSizeLimitExceeded")
    fileprivate static let exceededMaxRecipientLimit = ResponseCode(rawValue: "ErrorExceededMaxRecipientLimit")
    fileprivate static let invalidArgument = ResponseCode(rawValue: "ErrorInvalidArgument")
    fileprivate static let invalidRecipients = ResponseCode(rawValue: "ErrorInvalidRecipients")
    fileprivate static let invalidRequest = ResponseCode(rawValue: "ErrorInvalidRequest")
    fileprivate static let mailboxDataArrayTooBig = ResponseCode(rawValue: "ErrorMailboxDataArrayTooBig")
    fileprivate static let sendAsDenied = ResponseCode(rawValue: "ErrorSendAsDenied")
}
