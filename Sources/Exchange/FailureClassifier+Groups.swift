import Availability
import EWSMessages

/// Errors of one distribution group
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/expanddl-operation>).
extension FailureClassifier {
    /// Why a group is not told.
    ///
    /// - Throws: what concerns the server or the account as a whole.
    func groupFailure(
        _ code: ResponseCode,
        _ messageXml: MessageXml,
        of group: String
    ) throws(SourceFailure) -> DirectoryFailure {
        if let whole = wholeFailure(code, messageXml) { throw whole }
        let diagnosis = code == .accessDenied ? .groupDenied(group, user: user) : groupDiagnosis(code, of: group)
        return DirectoryFailure(diagnosis ?? .serverFault(code.rawValue), retry: .later)
    }

    /// What a code says of a group, wherever it stands; `nil` where it says nothing of one.
    func groupDiagnosis(_ code: ResponseCode, of group: String) -> Diagnosis? {
        switch code {
        case .nameResolutionNoResults, .nonExistentMailbox, .recipientNotFound, .mailRecipientNotFound,
            .invalidSmtpAddress, .missingEmailAddress:
            .groupNotFound(group)
        case .nameResolutionMultipleResults: .groupAmbiguous(group)
        default: nil
        }
    }
}
