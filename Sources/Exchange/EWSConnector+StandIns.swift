import Availability
import EWSMessages
import Logging
import Synchronization

/// Requests that concern no mailbox in particular.
///
/// Exchange answers an application that logs in as itself only as a mailbox: "ExchangeImpersonation SOAP header must be
/// present for this type of OAuth token"
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/how-to-authenticate-an-ews-application-by-using-oauth>).
extension EWSConnector {
    /// Nobody could be acted as.
    enum StandInError: Error {
        case failed(SourceFailure)
        /// Why each of those that were tried could not be acted as, none where there was nobody to try.
        case nobody([MailboxAddress: MailboxFailure], last: MailboxFailure)

        /// What it means for the request as a whole.
        var failure: SourceFailure {
            switch self {
            case .failed(let failure): failure
            case .nobody(_, let last): SourceFailure(last.diagnosis, retry: last.retry)
            }
        }
    }

    /// Whether requests about a mailbox are made as that mailbox.
    var impersonates: Bool { options.access == .impersonation || options.login.impersonatesAlways }

    /// Sends a request as the account itself, or where that is not allowed as somebody else: first of all as the account's
    /// own mailbox, then as one of those that the request is about. One of these that is not there, or may not be acted as,
    /// does not stand in the way of the others.
    ///
    /// - Parameters:
    ///   - mailboxes: that the request is about.
    ///   - encode: is told who is acted as, if anybody.
    func callAsSomebody<Value>(
        _ operation: EWSOperation,
        among mailboxes: [MailboxAddress],
        since oldest: ExchangeVersion = .exchange2007SP1,
        encode: (ExchangeVersion, MailboxAddress?) throws(SourceFailure) -> [UInt8],
        decode: ([UInt8]) throws(EWSDecodingError) -> EWSReply<Value>
    ) async throws(StandInError) -> EWSAnswer<Value> {
        guard options.login.impersonatesAlways else {
            do {
                return try await call(
                    operation,
                    since: oldest,
                    encode: { version throws(SourceFailure) in try encode(version, nil) },
                    decode: decode
                )
            } catch {
                throw .failed(error)
            }
        }
        let candidates = acquaintance.withLock {
            $0.standIns.candidates(account: options.accountAddress, among: mailboxes)
        }
        var last = MailboxFailure(.nobodyToActAs(options.login.account), retry: .later)
        var failures: [MailboxAddress: MailboxFailure] = [:]
        for candidate in candidates {
            do throws(SourceFailure) {
                let answer = try await call(
                    operation,
                    RequestAddress(impersonation: candidate.text),
                    since: oldest,
                    encode: { version throws(SourceFailure) in try encode(version, candidate) },
                    decode: decode
                )
                guard case .fault(let fault) = answer.reply.result else {
                    acquaintance.withLock { $0.standIns.worked(candidate) }
                    return answer
                }
                guard let failure = classifier.standInFailure(fault, of: candidate.text) else { return answer }
                last = failure
            } catch {
                guard error.isOfImpersonated else { throw .failed(error) }
                last = MailboxFailure(error.diagnosis, retry: error.retry)
            }
            failures[candidate] = last
            acquaintance.withLock { $0.standIns.failed(candidate) }
            logger.debug("A mailbox cannot be acted as; another one is tried", metadata: ["mailbox": "\(candidate)"])
        }
        // EWS that is denied in everybody's name is denied to the application.
        let isDenied = !failures.isEmpty && failures.values.allSatisfy { $0.diagnosis.id == Diagnosis.accessDenied }
        throw isDenied
            ? .failed(SourceFailure(last.diagnosis, retry: last.retry)) : .nobody(failures, last: last)
    }
}

extension FailureClassifier {
    /// Why a mailbox cannot be acted as; `nil` where a fault says nothing of that.
    fileprivate func standInFailure(_ fault: SOAPFault, of mailbox: String) -> MailboxFailure? {
        guard let code = fault.responseCode, wholeFailure(code, fault.messageXml) == nil else { return nil }
        switch code {
        case .accessDenied: return MailboxFailure(.applicationDenied(user, code.rawValue), retry: .later)
        case .mailboxStoreUnavailable, .mailboxMoveInProgress:
            return MailboxFailure(.serverFault(code.rawValue), retry: .later)
        default:
            return diagnosis(code, fault.messageXml, of: mailbox, .calendar).map { MailboxFailure($0, retry: .later) }
        }
    }
}

extension ResponseCode {
    fileprivate static let mailboxStoreUnavailable = ResponseCode(rawValue: "ErrorMailboxStoreUnavailable")
    fileprivate static let mailboxMoveInProgress = ResponseCode(rawValue: "ErrorMailboxMoveInProgress")
}
