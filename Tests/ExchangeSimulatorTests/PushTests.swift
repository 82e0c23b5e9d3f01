import Testing

@testable import ExchangeSimulator

@Suite("Push tells its client in order, keeps what was not heard, and gives up in the end")
struct PushTests {
    private let start = ContinuousClock.now
    private static let url = "https://client.example.com/ews"

    private func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    private func wish(minutes: Int) -> SubscriptionWish {
        SubscriptionWish(mailbox: "a@x", account: "a@x", delivery: .push(url: Self.url, statusMinutes: minutes))
    }

    /// A table with one push subscription, and the number of its client.
    private func table(minutes: Int = 30) throws -> (table: SubscriptionTable, id: String, number: Int) {
        var table = SubscriptionTable()
        let id = try table.subscribe(wish(minutes: minutes), now: start).id
        return (table, id, try #require(table.subscriptions[id]?.push))
    }

    private func change(_ item: String) -> CalendarChange {
        CalendarChange(
            type: .created,
            mailbox: "a@x",
            item: item,
            concernsFreeBusy: false,
            time: Instant(seconds: 0)
        )
    }

    /// What is to be sent, nil when it is to be waited.
    private func batch(_ table: SubscriptionTable, _ number: Int, _ seconds: Int) -> NotificationBatch? {
        guard case .send(let batch, Self.url)? = table.pushTurn(of: number, now: at(seconds)) else { return nil }
        return batch
    }

    @Test("a StatusEvent comes at once, then one after each StatusFrequency in which nothing happened")
    func status() throws {
        var (table, _, number) = try table(minutes: 2)
        let first = try #require(batch(table, number, 0))
        #expect(first.events.isEmpty)
        table.pushed(first, to: number, answer: .accepted, now: at(1))
        #expect(table.pushTurn(of: number, now: at(1)) == .wait(until: at(121)))
        _ = table.record(change("one"))
        let news = try #require(batch(table, number, 60))
        #expect(news.events.map(\.item) == ["one"])
        table.pushed(news, to: number, answer: .accepted, now: at(60))
        #expect(table.pushTurn(of: number, now: at(121)) == .wait(until: at(180)))
        #expect(batch(table, number, 180)?.events.isEmpty == true)
    }

    @Test("what happens while a notification is under way goes with the next, fifty events at a time")
    func batching() throws {
        var (table, _, number) = try table()
        let first = try #require(batch(table, number, 0))
        for item in 1...60 { _ = table.record(change("\(item)")) }
        table.pushed(first, to: number, answer: .accepted, now: at(1))
        let full = try #require(batch(table, number, 1))
        #expect(full.events.count == 50 && full.hasMore)
        table.pushed(full, to: number, answer: .accepted, now: at(2))
        let rest = try #require(batch(table, number, 2))
        #expect(rest.events.map(\.item) == (51...60).map(String.init) && !rest.hasMore && rest.from == full.to)
    }

    // The table of the documentation page of StatusFrequency, and its first rows for lesser values.
    @Test(
        "retries wait 30 seconds and twice as long each time, never longer than StatusFrequency",
        arguments: [(30, [30, 60, 120, 240, 480, 960]), (2, [30, 60, 120]), (1, [30, 60])]
    )
    func retries(minutes: Int, waits: [Int]) throws {
        var (table, id, number) = try table(minutes: minutes)
        var now = 0
        for wait in waits {
            let sent = try #require(batch(table, number, now))
            table.pushed(sent, to: number, answer: .failed, now: at(now))
            #expect(table.pushTurn(of: number, now: at(now)) == .wait(until: at(now + wait)))
            now += wait
        }
        let last = try #require(batch(table, number, now))
        table.pushed(last, to: number, answer: .failed, now: at(now))
        #expect(table.pushTurn(of: number, now: at(now)) == nil && table.current(id, now: at(now)) == nil)
    }

    @Test("events outlive failures, do not hasten a retry, and success starts the waits over")
    func kept() throws {
        var (table, _, number) = try table()
        table.pushed(try #require(batch(table, number, 0)), to: number, answer: .accepted, now: at(0))
        _ = table.record(change("one"))
        table.pushed(try #require(batch(table, number, 1)), to: number, answer: .failed, now: at(1))
        _ = table.record(change("two"))
        #expect(table.pushTurn(of: number, now: at(2)) == .wait(until: at(31)))
        let again = try #require(batch(table, number, 31))
        #expect(again.events.map(\.item) == ["one", "two"])
        table.pushed(again, to: number, answer: .accepted, now: at(31))
        _ = table.record(change("three"))
        table.pushed(try #require(batch(table, number, 32)), to: number, answer: .failed, now: at(32))
        #expect(table.pushTurn(of: number, now: at(32)) == .wait(until: at(62)))
    }

    @Test("a client that answers Unsubscribe hears no more")
    func unsubscribe() throws {
        var (table, id, number) = try table()
        let first = try #require(batch(table, number, 0))
        table.pushed(first, to: number, answer: .unsubscribe, now: at(0))
        #expect(table.pushTurn(of: number, now: at(0)) == nil && table.current(id, now: at(0)) == nil)
        #expect(table.pushes(watching: "a@x").isEmpty)
    }

    @Test("an answer that comes after a restart does not reach the subscription that has the id now")
    func lateAnswer() throws {
        var (table, id, number) = try table()
        let first = try #require(batch(table, number, 0))
        table.restart()
        #expect(try table.subscribe(wish(minutes: 1), now: at(1)).id == id)
        table.pushed(first, to: number, answer: .unsubscribe, now: at(1))
        #expect(table.current(id, now: at(1)) != nil && table.pushTurn(of: number, now: at(1)) == nil)
    }

    @Test("neither GetEvents nor a stream serves a push subscription, and it does not grow old")
    func otherWays() throws {
        var (table, id, _) = try table()
        #expect(throws: MailboxError.self) { try table.pull(id, after: Watermark(0), backEnd: 1, now: start) }
        let stream = StreamWish(ids: [id], account: "a@x", timeoutMinutes: 1)
        #expect(table.open(stream, now: start).error?.code == "ErrorInvalidSubscription")
        #expect(table.current(id, now: at(1_000_000)) != nil)
    }

    @Test("a minute lasts as long as the options say")
    func shortMinute() throws {
        var table = SubscriptionTable(limits: NotificationLimits(minute: .seconds(1)))
        let pull = try table.subscribe(
            SubscriptionWish(mailbox: "a@x", account: "a@x", delivery: .pull(timeoutMinutes: 10)),
            now: start
        )
        #expect(table.current(pull.id, now: at(9)) != nil)
        #expect(table.current(pull.id, now: at(10)) == nil)
    }
}

@Suite("A client's answer is OK or Unsubscribe, or none")
struct PushAnswerTests {
    private static func answer(_ content: String, namespace: String = Namespace.messages) -> String {
        """
        <soap:Envelope xmlns:soap="\(Namespace.soap)"><soap:Body><SendNotificationResult xmlns="\(namespace)">\
        \(content)</SendNotificationResult></soap:Body></soap:Envelope>
        """
    }

    @Test(
        "only a SendNotificationResult of Exchange's namespace counts",
        arguments: [
            (answer("<SubscriptionStatus>OK</SubscriptionStatus>"), PushAnswer.accepted),
            (answer("<SubscriptionStatus>\n Unsubscribe </SubscriptionStatus>"), .unsubscribe),
            (answer("<SubscriptionStatus>ok</SubscriptionStatus>"), .failed),
            (answer("<SubscriptionStatus>OK</SubscriptionStatus>", namespace: "urn:other"), .failed),
            (answer(""), .failed), ("", .failed), ("<html><body>OK</body></html>", .failed), ("{}", .failed),
        ]
    )
    func reading(text: String, expected: PushAnswer) {
        #expect(PushAnswer(Array(text.utf8)) == expected)
    }
}

@Suite("Pushing carries out what was decided")
struct PushingTests {
    /// Answers when the test says so.
    private struct GatedCallback: Callback {
        let sent = AsyncStream<String>.makeStream()
        let answers = AsyncStream<PushAnswer>.makeStream()

        func send(_ envelope: String, to url: String) async -> PushAnswer {
            sent.continuation.yield(envelope)
            var answers = answers.stream.makeAsyncIterator()
            return await answers.next() ?? .failed
        }
    }

    /// Time stands still: only what happens can end a wait.
    private static func stopped(at now: ContinuousClock.Instant) -> NotificationClock {
        NotificationClock(
            now: { now },
            sleep: { _ in
                for await _ in AsyncStream<Never>.makeStream().stream {}
                throw CancellationError()
            }
        )
    }

    @Test("changes wake it, several while it is busy come as one, unsubscribing ends it")
    func waking() async throws {
        let clock = Self.stopped(at: .now)
        let notifications = Notifications(product: .subscriptionEdition, limits: NotificationLimits(), clock: clock)
        let delivery = Delivery.push(url: "http://client", statusMinutes: 1)
        let id = try await notifications.subscribe(
            SubscriptionWish(mailbox: "a@x", account: "a@x", delivery: delivery)
        ).id
        var pushes = notifications.pushes.makeAsyncIterator()
        let number = try #require(await pushes.next())
        let callback = GatedCallback()
        let pushing = Task { await notifications.keepPushing(number, through: callback) }
        var sent = callback.sent.stream.makeAsyncIterator()

        #expect(await sent.next()?.contains("<t:StatusEvent>") == true)
        for item in ["one", "two"] { await notifications.record(change(item)) }
        callback.answers.continuation.yield(.accepted)
        let both = try #require(await sent.next())
        for item in ["one", "two"] { #expect(both.contains(StoreID.item(item, of: "a@x"))) }
        callback.answers.continuation.yield(.accepted)
        await notifications.record(change("three"))
        #expect(await sent.next()?.contains(StoreID.item("three", of: "a@x")) == true)
        callback.answers.continuation.yield(.accepted)
        try await notifications.unsubscribe(id, backEnd: 1)
        await pushing.value
    }

    private func change(_ item: String) -> CalendarChange {
        CalendarChange(
            type: .created,
            mailbox: "a@x",
            item: item,
            concernsFreeBusy: false,
            time: Instant(seconds: 0)
        )
    }
}
