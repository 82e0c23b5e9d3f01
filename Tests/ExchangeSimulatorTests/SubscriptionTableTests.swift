import Testing

@testable import ExchangeSimulator

@Suite("Subscriptions hear of their mailbox, in order, within the limits")
struct SubscriptionTableTests {
    private let start = ContinuousClock.now
    private var table = SubscriptionTable(limits: NotificationLimits(subscriptionsPerMailbox: 3))

    private func wish(_ delivery: Delivery = .pull(timeoutMinutes: 10), of mailbox: String = "a@x") -> SubscriptionWish
    {
        SubscriptionWish(mailbox: mailbox, account: mailbox, delivery: delivery)
    }

    private func change(
        _ item: String,
        _ type: EventType = .created,
        of mailbox: String = "a@x",
        busy: Bool = false
    ) -> CalendarChange {
        CalendarChange(type: type, mailbox: mailbox, item: item, concernsFreeBusy: busy, time: Instant(seconds: 0))
    }

    /// The code an attempt fails with, `NoError` when it does not.
    private func code(_ attempt: () throws(MailboxError) -> some Any) -> String {
        do throws(MailboxError) {
            _ = try attempt()
            return "NoError"
        } catch {
            return error.code
        }
    }

    @Test("free/busy changes with whatever does not show as free", arguments: [(true, 2), (false, 1)])
    func freeBusy(busy: Bool, count: Int) throws {
        var table = table
        let made = try table.subscribe(wish(), now: start)
        _ = table.record(change("one", .deleted, busy: busy))
        let events = try table.pull(made.id, after: made.watermark, backEnd: 1, now: start).events
        #expect(events.map(\.type) == Array([.deleted, .freeBusyChanged].prefix(count)))
    }

    @Test("a question asked again has the same answer; the last event's watermark leads on")
    func watermarks() throws {
        var table = table
        _ = table.record(change("before"))
        let made = try table.subscribe(wish(), now: start)
        _ = table.record(change("one"))
        _ = table.record(change("other", of: "b@x"))
        let first = try table.pull(made.id, after: made.watermark, backEnd: 1, now: start)
        #expect(first.events.map(\.item) == ["one"])
        #expect(try table.pull(made.id, after: made.watermark, backEnd: 1, now: start) == first)
        #expect(try table.pull(made.id, after: first.to, backEnd: 1, now: start).events.isEmpty)
    }

    @Test("fifty events fill a notification, and the rest is announced", arguments: [49, 50, 51, 120])
    func moreEvents(count: Int) throws {
        var table = table
        let made = try table.subscribe(wish(), now: start)
        for number in 1...count { _ = table.record(change("\(number)")) }
        var heard: [String] = []
        var watermark = made.watermark
        var questions = 0
        while true {
            let batch = try table.pull(made.id, after: watermark, backEnd: 1, now: start)
            heard += batch.events.map(\.item)
            questions += 1
            watermark = batch.to
            #expect(batch.events.count <= 50)
            if !batch.hasMore { break }
        }
        #expect(heard == (1...count).map(String.init))
        #expect(questions == (count + 49) / 50)
    }

    @Test("types that were not asked for are left out and stepped over")
    func types() throws {
        var table = table
        var wish = wish()
        wish.types = [.deleted]
        let made = try table.subscribe(wish, now: start)
        for type in [EventType.created, .deleted, .modified] { _ = table.record(change("one", type, busy: true)) }
        let batch = try table.pull(made.id, after: made.watermark, backEnd: 1, now: start)
        #expect(batch.events.map(\.type) == [.deleted])
        #expect(batch.events.first.map { batch.watermark(of: $0) } == Watermark(6))
    }

    @Test("a folder other than the calendar never has news")
    func otherFolder() throws {
        var table = table
        var wish = wish()
        wish.watchesCalendar = false
        let made = try table.subscribe(wish, now: start)
        _ = table.record(change("one"))
        #expect(try table.pull(made.id, after: made.watermark, backEnd: 1, now: start).events.isEmpty)
    }

    @Test("a new subscription can go on where an old one stopped")
    func resumes() throws {
        var table = table
        let old = try table.subscribe(wish(), now: start)
        _ = table.record(change("one"))
        var wish = wish()
        wish.watermark = old.watermark
        let new = try table.subscribe(wish, now: start)
        #expect(try table.pull(new.id, after: new.watermark, backEnd: 1, now: start).events.map(\.item) == ["one"])
    }

    @Test("of a log too long to keep the oldest events are missed")
    func missed() throws {
        var table = table
        let made = try table.subscribe(wish(), now: start)
        for number in 1...(EventLog.longest + 1) { _ = table.record(change("\(number)")) }
        #expect(
            code { () throws(MailboxError) in try table.pull(made.id, after: made.watermark, backEnd: 1, now: start) }
                == "ErrorMissedNotificationEvents"
        )
        #expect(try table.pull(made.id, after: Watermark(1), backEnd: 1, now: start).hasMore)
    }

    @Test("lost changes are heard of by nobody")
    func losing() throws {
        var table = table
        let made = try table.subscribe(wish(), now: start)
        table.lose(changes: 2)
        for item in ["one", "two", "three"] { _ = table.record(change(item, busy: true)) }
        let batch = try table.pull(made.id, after: made.watermark, backEnd: 1, now: start)
        #expect(batch.events.map(\.item) == ["three", "three"])
    }

    @Test("each mailbox has its own number of subscriptions, and ended ones do not count")
    func limit() throws {
        var table = table
        let ids = try (1...3).map { _ in try table.subscribe(wish(), now: start).id }
        #expect(Set(ids).count == 3)
        #expect(
            code { () throws(MailboxError) in try table.subscribe(wish(), now: start) }
                == "ErrorExceededSubscriptionCount"
        )
        _ = try table.subscribe(wish(of: "b@x"), now: start)
        _ = try table.unsubscribe(ids[0], backEnd: 1, now: start)
        _ = try table.subscribe(wish(), now: start)
        // Those that nobody asked for end by themselves.
        let later = start + .seconds(600)
        _ = try table.subscribe(wish(), now: later)
        #expect(table.subscriptions.count == 2)
    }

    @Test(
        "a subscription nobody uses ends",
        arguments: [(Delivery.streaming, 1800), (.pull(timeoutMinutes: 2), 120)]
    )
    func expiry(delivery: Delivery, seconds: Int) throws {
        var table = table
        let made = try table.subscribe(wish(delivery), now: start)
        #expect(table.current(made.id, now: start + .seconds(seconds) - .milliseconds(1)) != nil)
        #expect(table.current(made.id, now: start + .seconds(seconds)) == nil)
        #expect(
            code { () throws(MailboxError) in try table.unsubscribe(made.id, backEnd: 1, now: start) }
                == "ErrorSubscriptionNotFound"
        )
    }

    @Test("GetEvents begins a pull subscription's time anew")
    func pullKeepsAlive() throws {
        var table = table
        let made = try table.subscribe(wish(.pull(timeoutMinutes: 1)), now: start)
        _ = try table.pull(made.id, after: made.watermark, backEnd: 1, now: start + .seconds(59))
        #expect(table.current(made.id, now: start + .seconds(118)) != nil)
        #expect(table.current(made.id, now: start + .seconds(119)) == nil)
    }

    @Test("who asks wrongly is told what is wrong")
    func mistakes() throws {
        var table = table
        let pull = try table.subscribe(wish(), now: start)
        let stream = try table.subscribe(wish(.streaming), now: start)
        let questions: [(String, Watermark?, Int, String)] = [
            ("none", pull.watermark, 1, "ErrorSubscriptionNotFound"),
            (pull.id, pull.watermark, 2, "ErrorSubscriptionNotFound"),
            (stream.id, stream.watermark, 1, "ErrorInvalidPullSubscriptionId"),
            (pull.id, nil, 1, "ErrorInvalidWatermark"), (pull.id, Watermark(1), 1, "ErrorInvalidWatermark"),
            (pull.id, pull.watermark, 1, "NoError"),
        ]
        for (id, watermark, backEnd, expected) in questions {
            let seen = code { () throws(MailboxError) in
                try table.pull(id, after: watermark, backEnd: backEnd, now: start)
            }
            #expect(seen == expected)
        }
    }

    @Test("after a restart ids start over and mean another mailbox")
    func restart() throws {
        var table = table
        let old = try table.subscribe(wish(), now: start)
        table.restart()
        #expect(table.current(old.id, now: start) == nil)
        let new = try table.subscribe(wish(of: "b@x"), now: start)
        #expect(new.id == old.id)
        #expect(table.current(old.id, now: start)?.wish.mailbox == "b@x")
    }
}

@Suite("What clients carry around can be read back")
struct WatermarkTests {
    @Test("a watermark survives its text", arguments: [0, 1, 255, 256, 1_750_000_000, Int.max])
    func watermark(position: Int) {
        #expect(Watermark(text: Watermark(position).text)?.position == position)
    }

    // The second is the sample of Microsoft's GetEvents page: 0x6C0 between four zeros and a one.
    @Test(
        "watermarks look like Exchange's",
        arguments: [
            ("AAAAAMAGAAAAAAAAAQ==", 0x6C0), ("AAAAAM4GAAAAAAAAAQ==", 0x6CE), ("", nil), ("AAAA", nil), ("?", nil),
            ("AAAAAMAGAAAAAAAAAA==", nil), ("AAAAAMAGAAAAAAD/AQ==", nil), ("AAAAAMAGAAAAAACAAQ==", nil),
        ] as [(String, Int?)]
    )
    func reading(text: String, position: Int?) {
        #expect(Watermark(text: text)?.position == position)
    }

    @Test("a calendar's id names its mailbox, and nothing else does")
    func calendars() {
        #expect(StoreID.mailbox(ofCalendar: StoreID.calendar(of: "a@x")) == "a@x")
        #expect(StoreID.mailbox(ofCalendar: StoreID.item("a", of: "a@x")) == nil)
        #expect(StoreID.mailbox(ofCalendar: "?") == nil)
    }
}
