/// Why a name could not be looked up, in cases that a diagnosis can tell apart.
package enum NameServiceError: Error, Hashable, Sendable {
    /// No name that the DNS can hold: empty, too long, or with characters that no host name has.
    case invalidName
    /// There is no such name.
    case noSuchName
    /// The name is there, without a record of the kind that was asked for.
    case noSuchRecord
    /// The domain says that it does not have this service (a target of `.`, RFC 2782).
    case notOffered
    /// No name server answered, or none within the time, in seconds, that whoever asks waits.
    case noAnswer(seconds: Double)
    /// The name servers answer that they can not tell.
    case serverFailure
    /// What was answered is no DNS message, or holds something that no such record can hold.
    case malformedAnswer
    /// As many questions as allowed are under way and as many as allowed wait.
    case tooManyUnderWay
    /// The task that asked was cancelled.
    case cancelled
}

extension NameServiceError: CustomStringConvertible {
    /// A clause without a full stop: what was seen.
    package var description: String {
        switch self {
        case .invalidName: "it is no name of a host"
        case .noSuchName: "there is no such name in the DNS"
        case .noSuchRecord: "the DNS has no such record of it"
        case .notOffered: "the DNS says that the domain does not have this service"
        case .noAnswer(let seconds): "no name server answered within \(Int(seconds)) s"
        case .serverFailure: "the name servers cannot tell"
        case .malformedAnswer: "the answer of the name server cannot be read"
        case .tooManyUnderWay: "too many names are being looked up"
        case .cancelled: "the question was given up"
        }
    }
}
