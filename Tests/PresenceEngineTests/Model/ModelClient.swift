import Availability
import Foundation
import PresenceEngine
import Synchronization
import TestSupport

/// The server as one run of the daemon sees it. When the run is killed, nothing that it does reaches anybody any more.
final class ModelClient: CalendarSource, ChangeSource {
    let model: ModelServer
    let number: Int
    let methods: [NotificationMethod]
    let channelLimit: Int
    let concurrencyLimit: Int
    let name = "hq"
    let batchLimit = 5

    init(
        model: ModelServer,
        number: Int,
        methods: [NotificationMethod],
        channelLimit: Int,
        concurrencyLimit: Int
    ) {
        self.model = model
        self.number = number
        self.methods = methods
        self.channelLimit = channelLimit
        self.concurrencyLimit = concurrencyLimit
    }

    func server() -> SourceServer { SourceServer(url: "https://hq.example.com/EWS/Exchange.asmx", version: "15.02") }

    func allowAnotherAttempt() {}

    func readBusyTimes(
        of mailboxes: [MailboxAddress],
        within window: TimeWindow
    ) async throws(SourceFailure) -> [BusyTimesReading] {
        try await request("read " + names(mailboxes)) { state in mailboxes.map { .success(state.calendars[$0] ?? []) } }
    }

    func readAutomaticReply(of mailbox: MailboxAddress) async throws(SourceFailure) -> AutomaticReplyReading {
        try await request(nil) { _ in .success(AutomaticReply(state: .disabled)) }
    }

    func subscribe(
        to mailbox: MailboxAddress,
        by method: NotificationMethod,
        route: NotificationRoute
    ) async throws(SourceFailure) -> SubscriptionAnswer {
        let now = model.scheduler.now
        return try await request("subscribe \(names([mailbox])) by \(method)") { state in
            if state.faults.unknownMethods.contains(method) { return .methodUnknown(.unknownMethod) }
            if state.faults.refused.contains(mailbox) { return .refused(MailboxFailure(.noAccess, retry: .after(60))) }
            repeat { state.lastID += 1 } while state.held["\(state.lastID)"] != nil
            state.lastMoment += 1
            let backEnd = state.backEnd(route)
            let token = method == .push ? "token \(state.lastMoment)" : nil
            let id = "\(state.lastID)"
            state.held[id] = .init(mailbox: mailbox, method: method, token: token, backEnd: backEnd)
            let subscription = Subscription(
                mailbox: mailbox,
                id: id,
                method: method,
                route: NotificationRoute(anchor: route.anchor, affinity: backEnd),
                callbackToken: token,
                createdAt: now + Double(state.lastMoment) / 1_000_000
            )
            return .subscribed(subscription)
        } onAnswer: { state, answer in
            guard case .subscribed(let subscription) = answer else { return }
            guard state.held[subscription.id]?.mailbox == mailbox else { return }
            state.held[subscription.id]?.client = number
        }
    }

    /// Whose subscription it is does not matter to this server.
    func unsubscribe(_ subscription: Subscription) async throws(SourceFailure) {
        try await request("unsubscribe \(subscription.id)") { state in state.lose(subscription.id) }
    }

    func poll(_ subscription: Subscription) async throws(SourceFailure) -> PollAnswer {
        // An answer that does not arrive was not told: the next asking begins at the same watermark.
        try await request("poll \(subscription.id)") { state in
            guard let held = state.held[subscription.id] else { return .lost }
            let hasMore = held.hasNews && Bool.random(using: &state.random)
            return .answered(isChanged: held.hasNews, watermark: "w", hasMore: hasMore)
        } onAnswer: { state, answer in
            guard case .answered(isChanged: true, _, _) = answer else { return }
            state.held[subscription.id]?.hasNews = false
        }
    }

    func groupings(of mailboxes: [MailboxAddress]) async -> [MailboxAddress: String] {
        let call = "groupings " + names(mailboxes)
        let answer: [MailboxAddress: String] = model.state.withLock { state in
            guard !state.groupings.isEmpty else { return [:] }
            state.activity += 1
            state.calls.append(call)
            return state.groupings.filter { mailboxes.contains($0.key) }
        }
        while model.isHolding(call), !Task.isCancelled { await Task.yield() }
        return answer
    }

    func listen(
        to subscriptions: [Subscription],
        route: NotificationRoute
    ) async throws(ChannelFailure) -> any ChangeChannel {
        let answer: Result<ModelChannel, ChannelFailure> = model.state.withLock { state in
            state.activity += 1
            guard state.client == number, !state.faults.isAway else { return .failure(.refused) }
            state.calls.append("listen " + subscriptions.map(\.id).joined(separator: " "))
            let mailboxes = subscriptions.map(\.mailbox)
            if Set(mailboxes.map { state.groupings[$0] }).count > 1 { state.mixtures.append(mailboxes) }
            if state.faults.isLimited { return .failure(.tooMany) }
            if state.faults.isRefusing { return .failure(.denied) }
            state.lastChannel += 1
            let backEnd = state.backEnd(route)
            let asked = Set(subscriptions.map(\.id))
            let known = asked.filter { state.held[$0]?.backEnd == backEnd && state.held[$0]?.method == .streaming }
            for id in asked.subtracting(known) { state.held[id]?.isDenied = true }
            // The newest channel of a subscription is the one that it is told on.
            for other in state.channels.keys { state.channels[other]?.ids.subtract(known) }
            var channel = OpenChannel(ids: known, backEnd: backEnd, carries: !state.faults.isBuffering)
            if channel.carries {
                let lost = asked.subtracting(known).sorted()
                channel.line = [.news(lost.isEmpty ? [.alive] : [.alive, .lost(lost)])]
            }
            state.channels[state.lastChannel] = channel
            state.makeMischief(on: model.mailboxes, now: model.scheduler.now)
            return .success(ModelChannel(model: model, number: state.lastChannel))
        }
        let channel = try answer.get()
        let isMute = model.state.withLock { $0.channels[channel.number]?.carries == false }
        if isMute { model.watch(channel.number, for: 30) }
        return channel
    }

    func arrivals() -> AsyncStream<PushArrival> {
        let (model, number) = (model, number)
        return AsyncStream {
            await withCheckedContinuation { waiter in
                model.change { state in
                    guard state.client == number else { return waiter.resume(returning: nil) }
                    guard state.arrivals.line.isEmpty else {
                        return waiter.resume(returning: state.arrivals.line.removeFirst())
                    }
                    state.arrivals.waiter = waiter
                }
            }
        } onCancel: {
            model.change { state in
                guard state.client == number else { return }
                state.arrivals.waiter?.resume(returning: nil)
                state.arrivals = ArrivalLine()
            }
        }
    }

    private func names(_ mailboxes: [MailboxAddress]) -> String {
        mailboxes.map { String($0.text.prefix { $0 != "@" }) }.joined(separator: " ")
    }

    /// - Parameter onAnswer: what follows when the answer arrives.
    private func request<Answer: Sendable>(
        _ call: String?,
        _ work: (inout ModelServer.State) -> Answer,
        onAnswer: (inout ModelServer.State, Answer) -> Void = { _, _ in }
    ) async throws(SourceFailure) -> Answer {
        let now = model.scheduler.now
        let outcome: (Result<Answer, SourceFailure>, pauses: Int) = model.state.withLock { state in
            state.activity += 1
            if let call, state.client == number { state.calls.append(call) }
            let pauses = Int.random(in: 0..<4, using: &state.random)
            let failure = SourceFailure(.away, retry: .later)
            guard state.client == number, !state.faults.isAway else { return (.failure(failure), pauses) }
            if let until = state.faults.busyUntil, until > now {
                return (.failure(SourceFailure(.busy, retry: .after(until.timeIntervalSince(now)))), pauses)
            }
            if state.faults.failures > 0 {
                state.faults.failures -= 1
                return (.failure(failure), pauses)
            }
            if let call, state.faults.chokesOn.contains(where: call.hasPrefix) {
                return (.failure(SourceFailure(.choked, retry: .later, isOfRequest: true)), pauses)
            }
            let answer = work(&state)
            state.makeMischief(on: model.mailboxes, now: now)
            if state.faults.lostAnswers > 0 {
                state.faults.lostAnswers -= 1
                return (.failure(failure), pauses)
            }
            onAnswer(&state, answer)
            return (.success(answer), pauses)
        }
        for _ in 0..<outcome.pauses { await Task.yield() }
        await model.hold(call)
        let isDead = model.state.withLock { state in
            state.activity += 1
            return state.client != number
        }
        if isDead { throw SourceFailure(.away, retry: .never) }
        return try outcome.0.get()
    }
}

extension ModelServer.State {
    /// Where a request of this route ends up.
    mutating func backEnd(_ route: NotificationRoute) -> String {
        let alive = ModelServer.backEnds.filter { !deadBackEnds.contains($0) }
        if let affinity = route.affinity, alive.contains(affinity) { return affinity }
        return alive.randomElement(using: &random) ?? "one"
    }

    /// Something happens while a request is under way.
    mutating func makeMischief(on mailboxes: [MailboxAddress], now: Date) {
        guard Double.random(in: 0..<1, using: &random) < faults.mischief else { return }
        switch Int.random(in: 0..<6, using: &random) {
        case 0..<3: if let mailbox = mailboxes.randomElement(using: &random) { _ = alter(mailbox, around: now) }
        case 3: restart()
        case 4: if let id = held.keys.sorted().randomElement(using: &random) { lose(id) }
        default:
            if let number = channels.keys.sorted().randomElement(using: &random), channels[number]?.isMuted == false {
                end(number, .failed(.broken))
            }
        }
    }
}
