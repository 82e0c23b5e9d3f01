import Availability
import EWSMessages
import HTTPTransport

/// Errors of streams.
extension FailureClassifier {
    /// - Parameter hasCarried: whether an envelope had come.
    func channelFailure(_ error: HTTPError, hasCarried: Bool) -> ChannelFailure {
        switch error {
        case .firstByteTimeout(let seconds), .stalled(let seconds):
            return silence("nothing\(hasCarried ? " more" : "") came for \(Int(seconds)) s")
        case .connectionClosed where !hasCarried: return silence("the connection was closed before anything came")
        case .malformedResponse, .notHTTP:
            return ChannelFailure(.malformed, .streamMalformed("it is not HTTP"), retry: .later)
        case .headersTooLarge(let limit), .bodyTooLarge(let limit):
            return ChannelFailure(.malformed, .streamMalformed("more than \(limit) bytes"), retry: .later)
        default: return ChannelFailure(.server, failure(error))
        }
    }

    /// What came instead of a stream; `nil` where it may be an envelope that tells of an error.
    func channelFailure(_ response: HTTPResponse) -> ChannelFailure? {
        // A proxy that waits for the end of the answer loses patience in this way.
        if response.status == 504 { return silence("HTTP status 504, a proxy lost patience") }
        guard let failure = failure(response) else { return nil }
        let isOfServer = [429, 503].contains(response.status)
        return ChannelFailure(isOfServer ? .server : .refused, failure)
    }

    /// The stream cannot be understood, or an envelope was larger than any may be.
    func channelFailure(_ error: EWSDecodingError) -> ChannelFailure {
        ChannelFailure(.malformed, .streamMalformed(error.description), retry: .later)
    }

    func channelFailure(_ fault: SOAPFault, anchor: String) -> ChannelFailure {
        guard let code = fault.responseCode else { return ChannelFailure(.refused, failure(fault)) }
        return channelFailure(code, fault.messageXml, anchor: anchor)
    }

    /// - Parameter anchor: the mailbox in whose name the stream was asked for.
    func channelFailure(_ code: ResponseCode, _ messageXml: MessageXml, anchor: String) -> ChannelFailure {
        if let whole = wholeChannelFailure(code, messageXml) { return whole }
        return ChannelFailure(.refused, failure(code, messageXml, of: anchor, .notifications))
    }

    /// What a code says of the server or the account, whatever subscriptions it names beside it.
    func wholeChannelFailure(_ code: ResponseCode, _ messageXml: MessageXml) -> ChannelFailure? {
        wholeFailure(code, messageXml).map { whole in
            let isLimit = code == .exceededConnectionCount || code == .exceededSubscriptionCount
            return ChannelFailure(isLimit ? .limit : .server, whole)
        }
    }

    private func silence(_ how: String) -> ChannelFailure {
        ChannelFailure(.silence, .streamSilent(endpoint.host, how: how), retry: .later)
    }
}

extension ChannelFailure {
    init(_ cause: Cause, _ failure: some ExplainedError) {
        self.init(cause, failure.diagnosis, retry: failure.retry)
    }
}
