package import Availability
import EWSMessages

extension EWSConnector: DirectorySource {
    /// One ExpandDL request, made as the account itself.
    package func expand(
        _ group: MailboxAddress
    ) async throws(SourceFailure) -> Result<DirectoryReading, DirectoryFailure> {
        let parserLimits = options.limits.parser
        let answer = try await call(
            .expandDL,
            encode: { version in
                ExpandDLRequest(mailbox: group.text).encoded(in: RequestContext(version: version))
            },
            decode: { bytes throws(EWSDecodingError) in
                try ExpandDLResponse.decode(bytes, limits: parserLimits)
            }
        )
        return try DirectoryMapping(group: group.text, classifier: classifier).reading(of: answer.reply.result)
    }
}
