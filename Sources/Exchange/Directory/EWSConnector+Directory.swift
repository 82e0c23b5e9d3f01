package import Availability
import EWSMessages

extension EWSConnector: DirectorySource {
    /// One ExpandDL request, made as the account itself, or by an application as a mailbox that it may act as.
    package func expand(
        _ group: MailboxAddress
    ) async throws(SourceFailure) -> Result<DirectoryReading, DirectoryFailure> {
        let parserLimits = options.limits.parser
        let answer: EWSAnswer<ExpandDLResponse>
        do {
            answer = try await callAsSomebody(
                .expandDL,
                among: [],
                encode: { version, standIn in
                    ExpandDLRequest(mailbox: group.text)
                        .encoded(in: RequestContext(version: version, impersonation: standIn?.text))
                },
                decode: { bytes throws(EWSDecodingError) in
                    try ExpandDLResponse.decode(bytes, limits: parserLimits)
                }
            )
        } catch {
            throw error.failure
        }
        return try DirectoryMapping(group: group.text, classifier: classifier).reading(of: answer.reply.result)
    }
}
