package import Availability
package import Foundation
package import HTTPTransport

/// Posts each event as JSON, signed as Standard Webhooks describes.
///
/// It has an HTTP client of its own: a receiver that is slow holds up its own events, and not the reading of calendars.
package final class WebhookHook: PresenceHook {
    /// What the configuration says of the receiver.
    package struct Options: Sendable {
        /// `https`, or `http` to this machine itself.
        package var url: String
        /// The URL as people may see it.
        package var shownURL: String
        /// The newest first. Each gives a signature.
        package var keys: [SigningKey]
        package var trust: TrustOptions
        /// Seconds from the beginning of a delivery to the last byte of the answer.
        package var timeLimit: TimeInterval
        package var concurrencyLimit: Int

        package init(
            url: String,
            shownURL: String? = nil,
            keys: [SigningKey],
            trust: TrustOptions = TrustOptions(),
            timeLimit: TimeInterval = 10,
            concurrencyLimit: Int = 4
        ) {
            self.url = url
            self.shownURL = shownURL ?? url
            self.keys = keys
            self.trust = trust
            self.timeLimit = timeLimit
            self.concurrencyLimit = concurrencyLimit
        }
    }

    package let name: String
    package let kind = "webhook"
    package var target: String { options.shownURL }
    package var concurrencyLimit: Int { max(1, options.concurrencyLimit) }

    private let options: Options
    private let client: HTTPClient
    private let clock: any WallClock

    /// Bytes of an answer's body that are read. Nothing in it means anything; but a connection can only be used again
    /// when all of it was read.
    private static let readLimit = 16_384

    package init(name: String, options: Options, clock: any WallClock) {
        self.name = name
        self.options = options
        self.clock = clock
        let limit = max(1, options.concurrencyLimit)
        // Twice as many, since the place of a delivery that ended is given back a moment later.
        client = HTTPClient(
            options: HTTPClientOptions(streamLimit: limit * 2, idleConnectionLimit: limit, streamBufferBytes: 4_096)
        )
    }

    package func stop() async {
        await client.shutDown()
    }

    package func deliver(_ event: PresenceEvent) async throws(HookFailure) {
        let request = try request(for: event)
        let failure: HookFailure?
        do throws(HTTPError) {
            let answer = try await client.stream(request)
            // What is cut off may be the answer to something that was never looked at.
            if 200...299 ~= answer.status { try await Self.readThrough(answer) }
            failure = HookFailure(status: answer.status, headers: answer.headers, of: target, now: clock.now)
        } catch {
            throw HookFailure(error, of: target)
        }
        if let failure { throw failure }
    }

    private func request(for event: PresenceEvent) throws(HookFailure) -> HTTPRequest {
        let body: [UInt8]
        do {
            body = Array(try EventJSON.encode(event))
        } catch {
            throw .notEncodable(error)
        }
        let signature = StandardWebhooks.fields(id: event.id, at: clock.now, body: body, keys: options.keys)
        guard let signature else { throw .notSigned(target) }
        let limit = options.timeLimit
        return HTTPRequest(
            method: "POST",
            url: options.url,
            headers: HTTPHeaders(
                [HTTPHeader("Content-Type", "application/json"), HTTPHeader("User-Agent", "freebusyd")] + signature
            ),
            body: body,
            trust: options.trust,
            limits: TransferLimits(
                connect: limit,
                firstByte: limit,
                stall: limit,
                whole: limit,
                bodyBytes: Self.readLimit
            )
        )
    }

    /// Waits for the end of an answer, as far as it is worth waiting for.
    private static func readThrough(_ answer: HTTPStream) async throws(HTTPError) {
        var count = 0
        for try await piece in answer {
            count += piece.count
            guard count < readLimit else { return }
        }
    }
}
