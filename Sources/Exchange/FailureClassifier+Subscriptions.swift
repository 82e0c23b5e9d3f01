import Availability
import EWSMessages

/// Errors that have to do with subscriptions
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/handling-notification-related-errors-in-ews-in-exchange>).
extension FailureClassifier {
    /// Whether a code says that a subscription is gone, or has missed what it cannot make up for. A new one has to take
    /// its place, and the mailbox has to be read.
    func tellsOfLoss(_ code: ResponseCode) -> Bool {
        switch code {
        case .subscriptionNotFound, .expiredSubscription, .invalidSubscription, .invalidPullSubscriptionId,
            .subscriptionUnsubscribed:
            true
        // It has a gap.
        case .invalidWatermark, .missedNotificationEvents, .eventNotFound, .readEventsFailed: true
        // The server that has it cannot be reached; a new one is made where the mailbox is now.
        case .proxiedSubscriptionCallFailure: true
        // Somebody else streams it now.
        case .newEventStreamConnectionOpened: true
        default: false
        }
    }

    /// Whether a code, in answer to Subscribe, says that the server has no such kind of subscription.
    ///
    /// ErrorInvalidServerVersion only comes here for an operation that is younger than the oldest version left to try. The
    /// others complain of the shape of the request, which is the same for every mailbox and was checked against
    /// Microsoft's schema: so it is the server whose schema lacks the kind.
    func tellsOfUnknownMethod(_ code: ResponseCode) -> Bool {
        [.invalidServerVersion, .schemaValidation, .incorrectSchemaVersion, .invalidRequest].contains(code)
    }

    /// Why a mailbox cannot be subscribed to.
    ///
    /// - Throws: what concerns the server or the account as a whole.
    func subscribingFailure(
        _ code: ResponseCode,
        _ messageXml: MessageXml,
        of mailbox: String
    ) throws(SourceFailure) -> MailboxFailure {
        switch code {
        // Subscriptions are charged to who is impersonated, so other mailboxes may have room.
        case .exceededSubscriptionCount:
            return MailboxFailure(.tooManySubscriptions(mailbox), retry: messageXml.retryAdvice)
        case .subscriptionAccessDenied, .subscriptionDelegateAccessNotSupported, .folderNotFound, .itemNotFound:
            return MailboxFailure(noAccess(to: .notifications, of: mailbox), retry: .later)
        case .invalidPushSubscriptionUrl: return MailboxFailure(.callbackRefused, retry: .later)
        default:
            if let whole = wholeFailure(code, messageXml) { throw whole }
            return failure(code, messageXml, of: mailbox, .notifications)
        }
    }

    /// A fault that names no code. One that blames the request blames what it asks for: this mailbox.
    func subscribingFailure(_ fault: SOAPFault) throws(SourceFailure) -> MailboxFailure {
        guard fault.faultCode.split(separator: ":").last == "Client" else { throw failure(fault) }
        return MailboxFailure(.serverFault("\(fault.faultCode) \(fault.faultString)"), retry: .later)
    }

    /// Whether a code concerns the mailbox behind a subscription or the rights to it. The subscription is of no use then,
    /// and a new one tells the reason. A server that started again may also have given the same id to somebody else,
    /// whose subscription it rightly denies us.
    func tellsOfMailbox(_ code: ResponseCode) -> Bool {
        diagnosis(code, MessageXml(), of: "", .notifications) != nil
    }
}

extension ResponseCode {
    fileprivate static let invalidRequest = ResponseCode(rawValue: "ErrorInvalidRequest")
    /// What somebody without any right to a folder is told instead.
    fileprivate static let folderNotFound = ResponseCode(rawValue: "ErrorFolderNotFound")
    fileprivate static let itemNotFound = ResponseCode(rawValue: "ErrorItemNotFound")
}
