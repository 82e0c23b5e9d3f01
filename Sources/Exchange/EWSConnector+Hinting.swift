package import Availability
import EWSMessages
import Logging
import Synchronization

/// Hints about automatic replies, from what Exchange shows people who are about to write to somebody.
extension EWSConnector: ReplySource {
    /// Mail tips are for a sender, and which it is decides whether those for colleagues are told.
    package var hintObstacle: Diagnosis? {
        guard options.accountAddress == nil, !options.login.impersonatesAlways else { return nil }
        return .noAccountAddress(options.login.account)
    }

    package var hintLimit: Int { acquaintance.withLock(\.hintLimit) }

    /// One GetMailTips request, made as the account itself, or by an application as one of the mailboxes; more where the
    /// server refuses as many mailboxes at once.
    package func readReplyHints(of mailboxes: [MailboxAddress]) async throws(SourceFailure) -> [ReplyHint] {
        var hints: [ReplyHint] = []
        while hints.count < mailboxes.count {
            let portion = Array(mailboxes[hints.count...].prefix(hintLimit))
            do throws(ReplyHintMapping.Refusal) {
                hints += try await mailTips(of: portion)
            } catch {
                // That a server may refuse too many recipients is documented; how it does so is not.
                guard error.mayBeOfCount else { throw error.failure }
                let fewer = acquaintance.withLock { $0.askForFewerHints(than: portion.count) }
                guard let fewer else { throw error.failure }
                logger.notice("The server does not answer for as many mailboxes at once; tried with \(fewer)")
            }
        }
        return hints
    }

    private func mailTips(of mailboxes: [MailboxAddress]) async throws(ReplyHintMapping.Refusal) -> [ReplyHint] {
        let parserLimits = options.limits.parser
        let answer: EWSAnswer<GetMailTipsResponse>
        do {
            answer = try await callAsSomebody(
                .getMailTips,
                among: mailboxes,
                since: .exchange2010,
                encode: { version, standIn throws(SourceFailure) in
                    try mailTipsRequest(mailboxes, from: standIn ?? options.accountAddress)
                        .encoded(in: RequestContext(version: version, impersonation: standIn?.text))
                },
                decode: { bytes throws(EWSDecodingError) in
                    try GetMailTipsResponse.decode(bytes, limits: parserLimits)
                }
            )
        } catch {
            throw ReplyHintMapping.Refusal(failure: error.failure)
        }
        return try ReplyHintMapping(classifier: classifier).hints(of: answer.reply.result, about: mailboxes)
    }

    private func mailTipsRequest(
        _ mailboxes: [MailboxAddress],
        from sender: MailboxAddress?
    ) throws(SourceFailure) -> GetMailTipsRequest {
        do {
            return try GetMailTipsRequest(sendingAs: sender?.text ?? "", recipients: mailboxes.map(\.text))
        } catch {
            throw SourceFailure(.impossibleRequest("it asks for \(mailboxes.count) mailboxes"), retry: .never)
        }
    }
}
