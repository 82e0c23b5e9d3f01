import HTTPTypes
import Testing

@testable import ExchangeSimulator

@Suite("Streams carry subscriptions, keep time and count")
struct HangingConnectionTests {
    private let start = ContinuousClock.now
    private let limits = NotificationLimits(subscriptionsPerMailbox: 300, hangingConnections: 2)

    /// A table with so many streaming subscriptions of one account, of mailboxes m1, m2 and so on.
    private func table(subscriptions: Int) throws -> (SubscriptionTable, [String]) {
        var table = SubscriptionTable(limits: limits)
        let ids = try (1...subscriptions).map { number in
            let wish = SubscriptionWish(mailbox: "m\(number)", account: "service", delivery: .streaming)
            return try table.subscribe(wish, now: start).id
        }
        return (table, ids)
    }

    private func wish(_ ids: [String], account: String = "service", backEnd: Int = 1, minutes: Int = 1) -> StreamWish {
        StreamWish(ids: ids, account: account, backEnd: backEnd, timeoutMinutes: minutes)
    }

    private func change(_ mailbox: String) -> CalendarChange {
        let time = Instant(seconds: 0)
        return CalendarChange(type: .modified, mailbox: mailbox, item: "one", concernsFreeBusy: false, time: time)
    }

    @Test("what happened before the stream comes with it, all in one envelope")
    func waiting() throws {
        var (table, ids) = try table(subscriptions: 3)
        #expect(table.record(change("m1")).isEmpty && table.record(change("m3")).isEmpty)
        let connection = try #require(table.open(wish(ids), now: start).connection)
        #expect(table.drain(connection, now: start).map(\.subscription) == [ids[0], ids[2]])
        #expect(table.drain(connection, now: start).isEmpty)
        #expect(table.record(change("m2")) == [connection])
        #expect(table.drain(connection, now: start).map(\.subscription) == [ids[1]])
    }

    @Test("more than fifty events of one subscription take more envelopes", arguments: [50, 51, 101])
    func manyEvents(count: Int) throws {
        var (table, ids) = try table(subscriptions: 1)
        for _ in 1...count { _ = table.record(change("m1")) }
        let connection = try #require(table.open(wish(ids), now: start).connection)
        var sizes: [Int] = []
        while case let batches = table.drain(connection, now: start), !batches.isEmpty {
            sizes += batches.map(\.events.count)
        }
        #expect(sizes.reduce(0, +) == count && sizes.allSatisfy { $0 <= 50 })
        #expect(sizes.count == (count + 49) / 50)
    }

    @Test("ids that cannot be served are named, and the others served")
    func mixed() throws {
        var (table, ids) = try table(subscriptions: 1)
        let pull = SubscriptionWish(mailbox: "m1", account: "service", delivery: .pull(timeoutMinutes: 1))
        let pulled = try table.subscribe(pull, now: start).id
        let opening = table.open(wish(["none", pulled, ids[0]]), now: start)
        #expect(opening.failed == ["none", pulled] && opening.connection != nil)
        let nothing = table.open(wish(["none"]), now: start)
        #expect(nothing.error?.code == "ErrorSubscriptionNotFound" && nothing.connection == nil)
        #expect(table.open(wish(ids, backEnd: 2), now: start).error?.code == "ErrorSubscriptionNotFound")
    }

    @Test("two hundred ids fit into a stream, one more does not")
    func tooMany() throws {
        var (table, ids) = try table(subscriptions: 201)
        #expect(table.open(wish(ids), now: start).error?.code == "ErrorInvalidSubscriptionRequest")
        #expect(table.open(wish(Array(ids.dropLast())), now: start).connection != nil)
    }

    @Test("each account has its own number of streams, and closed ones do not count")
    func connectionLimit() throws {
        var (table, ids) = try table(subscriptions: 4)
        let first = try #require(table.open(wish([ids[0]]), now: start).connection)
        _ = table.open(wish([ids[1]]), now: start)
        #expect(table.open(wish([ids[2]]), now: start).error?.code == "ErrorExceededConnectionCount")
        #expect(table.open(wish([ids[2]], account: "anchor"), now: start).connection != nil)
        table.close(first, now: start)
        #expect(table.open(wish([ids[3]]), now: start).connection != nil)
    }

    @Test("a stream is silent no longer than the heartbeat, and over at its timeout")
    func time() throws {
        var (table, ids) = try table(subscriptions: 2)
        let connection = try #require(table.open(wish(ids, minutes: 2), now: start).connection)
        func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }
        #expect(table.turn(of: connection, now: at(0)) == .wait(until: at(45)))
        #expect(table.turn(of: connection, now: at(45)) == .heartbeat)
        #expect(table.heartbeat(of: connection).map(\.subscription) == ids)
        // News count as a sign of life.
        _ = table.record(change("m1"))
        _ = table.drain(connection, now: at(60))
        #expect(table.turn(of: connection, now: at(90)) == .wait(until: at(105)))
        #expect(table.turn(of: connection, now: at(105)) == .heartbeat)
        #expect(table.turn(of: connection, now: at(106)) == .wait(until: at(120)))
        #expect(table.turn(of: connection, now: at(120)) == .close)
        table.close(connection, now: at(120))
        #expect(table.turn(of: connection, now: at(121)) == nil)
    }

    @Test("a stream keeps its subscriptions alive; without one their time runs")
    func lifetime() throws {
        var (table, ids) = try table(subscriptions: 1)
        let connection = try #require(table.open(wish(ids, minutes: 30), now: start).connection)
        let later = start + .seconds(1900)
        #expect(table.current(ids[0], now: later) != nil)
        table.close(connection, now: later)
        #expect(table.current(ids[0], now: later + .seconds(1799)) != nil)
        #expect(table.current(ids[0], now: later + .seconds(1800)) == nil)
    }

    @Test("a second stream takes subscriptions away from the first")
    func displacing() throws {
        var (table, ids) = try table(subscriptions: 2)
        let first = try #require(table.open(wish(ids), now: start).connection)
        let opening = table.open(wish([ids[1]]), now: start)
        #expect(opening.displaced == [first: [ids[1]]])
        #expect(table.record(change("m2")) == [opening.connection])
        #expect(table.record(change("m1")) == [first])
        // Closing the first must not take the second's away.
        table.close(first, now: start)
        #expect(table.record(change("m2")) == [opening.connection])
    }

    @Test("a silent stream says nothing and counts all the same")
    func silence() throws {
        var (table, ids) = try table(subscriptions: 1)
        let connection = try #require(table.open(wish(ids), now: start).connection)
        table.connections[connection]?.isSilent = true
        _ = table.record(change("m1"))
        #expect(table.drain(connection, now: start).isEmpty)
        #expect(table.turn(of: connection, now: start + .seconds(3600)) == nil)
        #expect(table.connections.count == 1)
    }
}

@Suite("Requests reach the back end they name")
struct BackEndTests {
    private let backEnds = BackEnds(count: 8)

    @Test("the cookie decides, then the anchor, then who acts")
    func order() {
        let home = backEnds.home(of: "anchor@x")
        let cookie = BackEnds.cookie(for: home % 8 + 1)
        #expect(backEnds.choose(for: Affinity(anchor: "ANCHOR@x"), actor: "service@x") == home)
        #expect(backEnds.choose(for: Affinity(anchor: "anchor@x", cookie: cookie), actor: "service@x") == home % 8 + 1)
        #expect(backEnds.choose(for: Affinity(), actor: "anchor@x") == home)
    }

    @Test(
        "a cookie that names no back end is no cookie",
        arguments: ["", "backend", "backend9.x", "backend0.x", "x1.x"]
    )
    func strangeCookie(cookie: String) {
        #expect(
            backEnds.choose(for: Affinity(anchor: "a@x", cookie: cookie), actor: "service@x")
                == backEnds.home(of: "a@x")
        )
    }

    @Test("mailboxes live on all of them")
    func spread() {
        #expect(Set((1...200).map { backEnds.home(of: "user\($0)@x") }) == Set(1...8))
    }

    @Test("headers are read in any case, the cookie among others")
    func headers() throws {
        var fields = HTTPFields()
        fields[try #require(HTTPField.Name("x-anchormailbox"))] = "a@x"
        fields[try #require(HTTPField.Name("X-PREFERSERVERAFFINITY"))] = "True"
        fields[.cookie] = "exchangecookie=1; X-BackEndOverrideCookie=backend3.y~1; other=2"
        let affinity = Affinity(fields)
        #expect(affinity.anchor == "a@x" && affinity.prefersServer && affinity.cookie == "backend3.y~1")
        #expect(Affinity(HTTPFields()).cookie == nil)
    }
}
