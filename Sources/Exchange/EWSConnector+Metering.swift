import Availability
import EWSMessages
import HTTPTransport

/// Telling the meter.
extension EWSConnector {
    /// Does one request and tells how it ended.
    func metered<Value>(
        _ operation: EWSOperation,
        _ exchange: () async throws(SourceFailure) -> EWSAnswer<Value>
    ) async throws(SourceFailure) -> EWSAnswer<Value> {
        let begun = instant()
        do {
            let answer = try await exchange()
            var failure: Diagnosis?
            if case .fault(let fault) = answer.reply.result { failure = classifier.requestDiagnosis(fault) }
            meter?.ended(operation.rawValue, of: name, failure: failure, after: instant() - begun)
            return answer
        } catch {
            meter?.ended(operation.rawValue, of: name, failure: error.diagnosis, after: instant() - begun)
            throw error
        }
    }

    /// Opens one channel and tells how that ended; the channel itself is counted while it lives.
    func meteredOpening(
        _ open: () async throws(ChannelFailure) -> StreamingChannel
    ) async throws(ChannelFailure) -> StreamingChannel {
        let operation = EWSOperation.getStreamingEvents.rawValue
        do {
            let channel = try await open()
            meter?.ended(operation, of: name, failure: nil, after: nil)
            return channel
        } catch {
            meter?.ended(operation, of: name, failure: error.diagnosis, after: nil)
            throw error
        }
    }
}

extension FailureClassifier {
    /// What a fault says of the request that it answers.
    fileprivate func requestDiagnosis(_ fault: SOAPFault) -> Diagnosis {
        if let code = fault.responseCode, wholeFailure(code, fault.messageXml) == nil,
            let diagnosis = diagnosis(code, fault.messageXml, of: "", .calendar)
        {
            return diagnosis
        }
        return failure(fault).diagnosis
    }
}

/// A stream that is counted as an open channel for as long as somebody holds it.
final class MeteredStream: StreamedAnswer {
    let status: Int
    let headers: HTTPHeaders
    private let stream: any StreamedAnswer
    private let meter: any RequestMeter
    private let connector: String

    init(_ stream: any StreamedAnswer, of connector: String, meter: any RequestMeter) {
        status = stream.status
        headers = stream.headers
        self.stream = stream
        self.connector = connector
        self.meter = meter
        meter.channelOpened(of: connector)
    }

    deinit {
        meter.channelClosed(of: connector)
    }

    func nextChunk() async throws(HTTPError) -> [UInt8]? { try await stream.nextChunk() }
}
