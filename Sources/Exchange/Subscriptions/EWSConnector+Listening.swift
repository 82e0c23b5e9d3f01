package import Availability
import EWSMessages
import HTTPTransport

extension EWSConnector {
    package var channelLimit: Int { GetStreamingEventsRequest.subscriptionLimit }

    /// One GetStreamingEvents request. With impersonation it is made as the group's anchor, whose budget of open
    /// connections it then uses, and not the account's
    /// (<https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange>).
    package func listen(
        to subscriptions: [Subscription],
        route: NotificationRoute
    ) async throws(ChannelFailure) -> any ChangeChannel {
        let ids = subscriptions.map(\.id)
        let address = address(of: route.anchor, route)
        let body = try streamRequest(ids, address)
        return try await throughLoginGate(refusal: { ChannelFailure(.server, $0) }) { () throws(ChannelFailure) in
            try await meteredOpening { () throws(ChannelFailure) in
                let reading = StreamReading(of: ids, anchor: route.anchor.text, classifier: classifier)
                return try await open(body, address, reading)
            }
        }
    }

    private func streamRequest(_ ids: [String], _ address: RequestAddress) throws(ChannelFailure) -> [UInt8] {
        let version = schemaVersion
        guard !version.isOlder(than: .streaming) else {
            throw ChannelFailure(.refused, .methodUnknown(.streaming, why: version.rawValue), retry: .later)
        }
        // Channels that were opened together would otherwise all be opened anew at the same moment.
        let minutes = GetStreamingEventsRequest.connectionTimeouts.upperBound - random(0...10)
        do {
            return try GetStreamingEventsRequest(subscriptionIds: ids, connectionTimeoutInMinutes: minutes)
                .encoded(in: RequestContext(version: version, impersonation: address.impersonation))
        } catch {
            let what = "it asks for \(ids.count) subscriptions over \(minutes) minutes"
            let remedy = "Report this: one stream carries up to \(channelLimit) subscriptions."
            throw ChannelFailure(.server, .impossibleRequest(what, remedy: remedy), retry: .never)
        }
    }

    private var streamLimits: TransferLimits {
        TransferLimits(
            connect: options.limits.transfer.connect,
            firstByte: options.firstEnvelope,
            firstBodyByte: options.firstEnvelope,
            stall: options.streamSilence,
            whole: nil
        )
    }

    /// Sends the request and looks at the header; what is not a stream is read to its end and sorted.
    private func open(
        _ body: [UInt8],
        _ address: RequestAddress,
        _ reading: consuming sending StreamReading
    ) async throws(ChannelFailure) -> StreamingChannel {
        let response: HTTPResponse
        do throws(ProvenFailure) {
            let stream = try await proven(head: { ($0.status, $0.headers) }) { endpoint, proof throws(HTTPError) in
                try await http.stream(request(body, address, streamLimits, to: endpoint, proof))
            }
            if stream.status == 200, !classifier.announcesPage(stream.headers) {
                let counted = meter.map { MeteredStream(stream, of: name, meter: $0) as any StreamedAnswer }
                return StreamingChannel(counted ?? stream, reading, classifier: classifier)
            }
            do throws(HTTPError) {
                response = try await stream.collected(upTo: 65_536)
            } catch {
                throw ProvenFailure.notSent(error)
            }
        } catch {
            switch error {
            case .notSent(let error): throw classifier.channelFailure(error, hasCarried: false)
            case .notLetIn(let failure): throw ChannelFailure(.server, failure)
            }
        }
        if let failure = classifier.channelFailure(response) { throw failure }
        // A fault, which may be the news that subscriptions are lost.
        let outcome = reading.take(response.body)
        switch outcome.ending {
        case .failed(let failure): throw failure
        case .closed: return StreamingChannel(outcome, reading, classifier: classifier)
        case nil:
            throw ChannelFailure(
                .refused,
                .unexpectedAnswer("HTTP status \(response.status) and no error"),
                retry: .later
            )
        }
    }
}
