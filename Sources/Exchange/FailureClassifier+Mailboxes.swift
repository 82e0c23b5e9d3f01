import Availability
import EWSMessages

/// Errors of one mailbox.
extension FailureClassifier {
    /// What was asked of a mailbox, which decides what a missing right means.
    enum Subject: Sendable {
        case calendar
        case automaticReply
        case notifications
    }

    /// A mailbox that failed while others may not.
    func failure(
        _ code: ResponseCode,
        _ messageXml: MessageXml,
        of mailbox: String,
        _ subject: Subject
    ) -> MailboxFailure {
        if let whole = wholeFailure(code, messageXml) { return MailboxFailure(whole.diagnosis, retry: whole.retry) }
        let diagnosis = diagnosis(code, messageXml, of: mailbox, subject) ?? .serverFault(code.rawValue)
        return MailboxFailure(diagnosis, retry: .later)
    }

    /// What a code says of a mailbox or of the rights to it; `nil` where it says neither.
    func diagnosis(
        _ code: ResponseCode,
        _ messageXml: MessageXml,
        of mailbox: String,
        _ subject: Subject
    ) -> Diagnosis? {
        switch code {
        case .cannotFindUser, .mailRecipientNotFound, .nonExistentMailbox, .recipientNotFound, .invalidSmtpAddress:
            .mailboxNotFound(mailbox, isExchangeOnline: isOnline)
        case .nonPrimarySmtpAddress, .emailAddressMismatch:
            .addressMismatch(mailbox, primary: messageXml.values["Primary"])
        case .addressSpaceNotFound, .crossSiteRequest, .noApplicableProxyCASServersAvailable,
            .noRespondingCASInDestinationSite, .proxyCallFailed, .proxyRequestNotAllowed,
            .proxyRequestProcessingFailed, .proxyServiceDiscoveryFailed, .serviceDiscoveryFailed,
            .userWithoutFederatedProxyAddress:
            .mailboxElsewhere(mailbox, code: code.rawValue)
        case .missingEmailAddress, .accountDisabled, .invalidLicense:
            .noLicense(mailbox, isExchangeOnline: isOnline)
        case .impersonateUserDenied, .impersonationDenied, .impersonationFailed,
            .invalidExchangeImpersonationHeaderData:
            .impersonationDenied(user: user, mailbox: mailbox, isExchangeOnline: isOnline)
        case .accessDenied, .noFreeBusyAccess, .freeBusyGenerationFailed: noAccess(to: subject, of: mailbox)
        default: nil
        }
    }

    /// Nothing is granted of this mailbox.
    func noAccess(to subject: Subject, of mailbox: String) -> Diagnosis {
        switch subject {
        case .calendar: .noCalendarAccess(mailbox, user: user)
        case .automaticReply: .noReplyAccess(mailbox, user: user)
        case .notifications: .noSubscriptionAccess(mailbox, user: user)
        }
    }
}
