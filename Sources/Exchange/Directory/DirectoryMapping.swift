import Availability
import EWSMessages

/// Turns what Exchange says of a distribution group into what is known of it.
struct DirectoryMapping: Sendable {
    let group: String
    let classifier: FailureClassifier

    /// - Throws: what concerns the server or the account rather than this group.
    func reading(
        of result: EWSReply<ExpandDLResponse>.Result
    ) throws(SourceFailure) -> Result<DirectoryReading, DirectoryFailure> {
        switch result {
        case .fault(let fault):
            guard let code = fault.responseCode, let diagnosis = classifier.groupDiagnosis(code, of: group) else {
                throw classifier.failure(fault)
            }
            return .failure(DirectoryFailure(diagnosis, retry: .later))
        case .success(let response):
            let message = response.responseMessage
            guard let expansion = response.expansion else {
                return .failure(try classifier.groupFailure(message.responseCode, message.messageXml, of: group))
            }
            return .success(
                DirectoryReading(
                    expansion.members.map { DirectoryEntry($0) },
                    failure: expansion.includesLastItemInRange
                        ? nil : DirectoryFailure(.groupIncomplete(group, told: expansion.members.count), retry: .later)
                )
            )
        }
    }
}

extension DirectoryEntry {
    /// Only an SMTP address names a mailbox here; who has none is left out.
    fileprivate init(_ member: EmailAddress) {
        guard let address = member.smtpAddress.flatMap(MailboxAddress.init) else {
            self = .other
            return
        }
        switch member.mailboxType {
        // What the server cannot tell the kind of may be a mailbox: if it is none, reading it says so.
        case .mailbox, .unknown:
            self = .mailbox(DirectoryMember(address, displayName: member.name.flatMap(Self.line)))
        case .publicDL: self = .group(address)
        case .privateDL, .contact, .publicFolder, .groupMailbox, .oneOff, .implicitContact: self = .other
        }
    }

    /// A name as one line of at most 256 characters, without control characters; `nil` where nothing is left.
    private static func line(_ name: String) -> String? {
        let scalars = name.unicodeScalars.map { scalar -> Character in
            scalar.properties.generalCategory == .control ? " " : Character(scalar)
        }
        let words = String(scalars).split(separator: " ").joined(separator: " ")
        return words.isEmpty ? nil : String(words.prefix(256))
    }
}
