package import Availability
import EWSMessages

extension EWSConnector: ChangeSource {
    package var methods: [NotificationMethod] { options.notificationMethods }

    /// One Subscribe request, as the mailbox or as the account, as `access` says.
    package func subscribe(
        to mailbox: MailboxAddress,
        by method: NotificationMethod,
        route: NotificationRoute
    ) async throws(SourceFailure) -> SubscriptionAnswer {
        var subscription = Subscription(mailbox: mailbox, id: "", method: method, route: route, createdAt: clock.now)
        switch method {
        case .streaming:
            let version = schemaVersion
            guard !version.isOlder(than: .streaming) else {
                return .methodUnknown(.methodUnknown(method, why: version.rawValue))
            }
            return try await subscribe(.streaming, subscription, since: .streaming)
        case .pull:
            return try await subscribe(.pull(timeoutInMinutes: options.pullTimeoutInMinutes), subscription)
        case .push:
            guard let push = options.push else { return .methodUnknown(.noCallback) }
            subscription.callbackToken = PushOptions.makeToken()
            return try await subscribe(push, subscription)
        }
    }

    /// One Unsubscribe request. There is none for `push`: that ends with the answer to the server's next call.
    package func unsubscribe(_ subscription: Subscription) async throws(SourceFailure) {
        if let token = subscription.callbackToken {
            options.push?.inbox.retire(tokens: [token])
            return
        }
        let address = address(of: subscription.mailbox, subscription.route)
        let parserLimits = options.limits.parser
        let answer = try await call(
            .unsubscribe,
            address,
            encode: { version in
                UnsubscribeRequest(subscriptionId: subscription.id)
                    .encoded(in: RequestContext(version: version, impersonation: address.impersonation))
            },
            decode: { bytes throws(EWSDecodingError) in try UnsubscribeResponse.decode(bytes, limits: parserLimits) }
        )
        try mapping(of: subscription.mailbox).checkEnd(answer.reply.result)
    }

    /// One GetEvents request.
    package func poll(_ subscription: Subscription) async throws(SourceFailure) -> PollAnswer {
        let address = address(of: subscription.mailbox, subscription.route)
        let answer = try await call(
            .getEvents,
            address,
            encode: { version in
                GetEventsRequest(subscriptionId: subscription.id, watermark: subscription.watermark)
                    .encoded(in: RequestContext(version: version, impersonation: address.impersonation))
            },
            decode: { bytes throws(EWSDecodingError) in try GetEventsResponse.decode(bytes) }
        )
        return try mapping(of: subscription.mailbox).answer(of: answer.reply.result, after: subscription.watermark)
    }

    package func arrivals() -> AsyncStream<PushArrival> {
        options.push?.inbox.arrivals() ?? AsyncStream { $0.finish() }
    }

    /// Subscriptions are made, used and ended in the same name.
    func address(of mailbox: MailboxAddress, _ route: NotificationRoute) -> RequestAddress {
        RequestAddress(impersonation: impersonates ? mailbox.text : nil, route: route)
    }

    private func mapping(of mailbox: MailboxAddress) -> SubscriptionMapping {
        SubscriptionMapping(mailbox: mailbox.text, classifier: classifier)
    }
}

extension EWSConnector {
    /// The server may call before it answers, so the inbox has to know the token first; and it may have subscribed
    /// though its answer is lost, so a token that came to nothing is retired and not forgotten.
    private func subscribe(
        _ push: PushOptions,
        _ draft: Subscription
    ) async throws(SourceFailure) -> SubscriptionAnswer {
        let token = draft.callbackToken ?? ""
        guard push.inbox.expect(token: token, mailbox: draft.mailbox) else {
            return .refused(MailboxFailure(.exhausted("too many subscriptions wait for calls"), retry: .later))
        }
        var isExpected = false
        defer { if !isExpected { push.inbox.retire(tokens: [token]) } }
        let kind = SubscribeRequest.Subscription.push(
            statusFrequencyInMinutes: push.statusFrequencyInMinutes,
            url: push.url(token: token)
        )
        let answer = try await subscribe(kind, draft)
        if case .subscribed(let subscription) = answer {
            push.inbox.confirm(token: token, subscription: subscription.id)
            isExpected = true
        }
        return answer
    }

    /// - Parameter draft: what is known of the subscription before the server has made it.
    private func subscribe(
        _ kind: SubscribeRequest.Subscription,
        _ draft: Subscription,
        since oldest: ExchangeVersion = .exchange2007SP1
    ) async throws(SourceFailure) -> SubscriptionAnswer {
        let address = address(of: draft.mailbox, draft.route)
        let parserLimits = options.limits.parser
        let answer = try await call(
            .subscribe,
            address,
            since: oldest,
            encode: { version throws(SourceFailure) in
                try request(kind, of: draft.mailbox, in: version)
                    .encoded(in: RequestContext(version: version, impersonation: address.impersonation))
            },
            decode: { bytes throws(EWSDecodingError) in try SubscribeResponse.decode(bytes, limits: parserLimits) }
        )
        switch try mapping(of: draft.mailbox).outcome(of: answer.reply.result, draft.method) {
        case .made(let made):
            var subscription = draft
            subscription.id = made.subscriptionId
            subscription.watermark = made.watermark
            subscription.route.affinity = draft.route.affinity ?? AffinityCookie(setBy: answer.headers)?.value
            return .subscribed(subscription)
        case .refused(let failure): return .refused(failure)
        case .methodUnknown(let diagnosis): return .methodUnknown(diagnosis)
        }
    }

    /// Whoever acts as the mailbox need not name it.
    private func request(
        _ kind: SubscribeRequest.Subscription,
        of mailbox: MailboxAddress,
        in version: ExchangeVersion
    ) throws(SourceFailure) -> SubscribeRequest {
        let eventTypes = NotificationEventType.ofCalendars.filter { type in
            type != .freeBusyChanged || !version.isOlder(than: .freeBusyChanged)
        }
        do {
            return try SubscribeRequest(
                kind,
                calendarOf: impersonates ? nil : mailbox.text,
                eventTypes: eventTypes
            )
        } catch {
            let what =
                switch error {
                case .noEventTypes: "it asks for no events"
                case .timeout(let minutes): "its timeout is \(minutes) minutes"
                case .statusFrequency(let minutes): "its status frequency is \(minutes) minutes"
                case .url: "its callback URL is none of http or https"
                }
            let remedy = "Correct callback_url and status_frequency in [[connector]]."
            throw SourceFailure(.impossibleRequest(what, remedy: remedy), retry: .never)
        }
    }
}

extension ExchangeVersion {
    /// The oldest that knows streaming subscriptions
    /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/streamingsubscriptionrequest>).
    static let streaming = exchange2010SP1
    /// The oldest that knows this type of event
    /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/eventtype>).
    static let freeBusyChanged = exchange2010SP1
}
