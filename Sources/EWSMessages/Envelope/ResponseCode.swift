/// What a server says went wrong, as a word that does not depend on its language
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/responsecode>).
///
/// There are several hundred, and servers have some of their own, so this is an open set. Named here are those that
/// something is decided on.
package struct ResponseCode: RawRepresentable, Hashable, Sendable {
    /// As the server wrote it.
    package let rawValue: String

    /// Any code, named here or not.
    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    private init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    package static let accessDenied = ResponseCode("ErrorAccessDenied")
    package static let accountDisabled = ResponseCode("ErrorAccountDisabled")
    package static let addressSpaceNotFound = ResponseCode("ErrorAddressSpaceNotFound")
    package static let cannotFindUser = ResponseCode("ErrorCannotFindUser")
    package static let crossSiteRequest = ResponseCode("ErrorCrossSiteRequest")
    package static let emailAddressMismatch = ResponseCode("ErrorEmailAddressMismatch")
    package static let eventNotFound = ResponseCode("ErrorEventNotFound")
    package static let exceededConnectionCount = ResponseCode("ErrorExceededConnectionCount")
    package static let exceededSubscriptionCount = ResponseCode("ErrorExceededSubscriptionCount")
    package static let expiredSubscription = ResponseCode("ErrorExpiredSubscription")
    package static let freeBusyGenerationFailed = ResponseCode("ErrorFreeBusyGenerationFailed")
    package static let impersonateUserDenied = ResponseCode("ErrorImpersonateUserDenied")
    package static let impersonationDenied = ResponseCode("ErrorImpersonationDenied")
    package static let impersonationFailed = ResponseCode("ErrorImpersonationFailed")
    package static let incorrectSchemaVersion = ResponseCode("ErrorIncorrectSchemaVersion")
    package static let invalidExchangeImpersonationHeaderData = ResponseCode(
        "ErrorInvalidExchangeImpersonationHeaderData"
    )
    package static let invalidLicense = ResponseCode("ErrorInvalidLicense")
    package static let invalidPullSubscriptionId = ResponseCode("ErrorInvalidPullSubscriptionId")
    package static let invalidPushSubscriptionUrl = ResponseCode("ErrorInvalidPushSubscriptionUrl")
    package static let invalidServerVersion = ResponseCode("ErrorInvalidServerVersion")
    package static let invalidSmtpAddress = ResponseCode("ErrorInvalidSmtpAddress")
    package static let invalidSubscription = ResponseCode("ErrorInvalidSubscription")
    package static let invalidSubscriptionRequest = ResponseCode("ErrorInvalidSubscriptionRequest")
    package static let invalidWatermark = ResponseCode("ErrorInvalidWatermark")
    package static let mailRecipientNotFound = ResponseCode("ErrorMailRecipientNotFound")
    package static let mailTipsDisabled = ResponseCode("ErrorMailTipsDisabled")
    package static let missedNotificationEvents = ResponseCode("ErrorMissedNotificationEvents")
    package static let missingEmailAddress = ResponseCode("ErrorMissingEmailAddress")
    package static let nameResolutionMultipleResults = ResponseCode("ErrorNameResolutionMultipleResults")
    package static let nameResolutionNoResults = ResponseCode("ErrorNameResolutionNoResults")
    package static let newEventStreamConnectionOpened = ResponseCode("ErrorNewEventStreamConnectionOpened")
    package static let noApplicableProxyCASServersAvailable = ResponseCode("ErrorNoApplicableProxyCASServersAvailable")
    package static let noError = ResponseCode("NoError")
    package static let noFreeBusyAccess = ResponseCode("ErrorNoFreeBusyAccess")
    package static let noRespondingCASInDestinationSite = ResponseCode("ErrorNoRespondingCASInDestinationSite")
    package static let nonExistentMailbox = ResponseCode("ErrorNonExistentMailbox")
    package static let nonPrimarySmtpAddress = ResponseCode("ErrorNonPrimarySmtpAddress")
    package static let proxiedSubscriptionCallFailure = ResponseCode("ErrorProxiedSubscriptionCallFailure")
    package static let proxyCallFailed = ResponseCode("ErrorProxyCallFailed")
    package static let proxyRequestNotAllowed = ResponseCode("ErrorProxyRequestNotAllowed")
    package static let proxyRequestProcessingFailed = ResponseCode("ErrorProxyRequestProcessingFailed")
    package static let proxyServiceDiscoveryFailed = ResponseCode("ErrorProxyServiceDiscoveryFailed")
    package static let readEventsFailed = ResponseCode("ErrorReadEventsFailed")
    package static let recipientNotFound = ResponseCode("ErrorRecipientNotFound")
    package static let schemaValidation = ResponseCode("ErrorSchemaValidation")
    package static let serverBusy = ResponseCode("ErrorServerBusy")
    package static let serviceDiscoveryFailed = ResponseCode("ErrorServiceDiscoveryFailed")
    package static let subscriptionAccessDenied = ResponseCode("ErrorSubscriptionAccessDenied")
    package static let subscriptionDelegateAccessNotSupported = ResponseCode(
        "ErrorSubscriptionDelegateAccessNotSupported"
    )
    package static let subscriptionNotFound = ResponseCode("ErrorSubscriptionNotFound")
    package static let subscriptionUnsubscribed = ResponseCode("ErrorSubscriptionUnsubscribed")
    package static let userWithoutFederatedProxyAddress = ResponseCode("ErrorUserWithoutFederatedProxyAddress")
}

extension ResponseCode: CustomStringConvertible {
    package var description: String { rawValue }
}
