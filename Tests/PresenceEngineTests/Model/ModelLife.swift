import Availability
import Foundation
import Logging
import PresenceEngine
import Synchronization
import TestSupport
import Testing

/// Years of bad luck in a moment: a random life of a daemon with a ``ModelServer``, the same for the same seed but for
/// the order in which requests under way together are answered.
final class ModelLife {
    /// Longest time, in seconds, until everything is well again once nothing goes wrong any more.
    static let patience: TimeInterval = 8 * 3_600

    let seed: UInt64
    var random: SplitMix
    let clock = ManualScheduler(now: EngineBench.monday)
    let mailboxes: [MailboxAddress]
    /// Those who are served now, sorted.
    private(set) var served: [MailboxAddress]
    let server: ModelServer
    let store: MemoryStore
    let methods: [NotificationMethod]
    let concurrency: Int
    /// What happened, for whoever has to find out why it went wrong.
    private(set) var steps: [String] = []
    /// What was wrong, if anything.
    private(set) var flaws: [String] = []
    private var engine: PresenceEngine?
    private var setup = EngineSetup(sources: [], hooks: [])
    private var life = Lifeline()
    private var runs = 0
    var isStoreFailing = false

    init(seed: UInt64) throws {
        self.seed = seed
        random = SplitMix(seed: seed)
        mailboxes = try (10..<30).map { try #require(MailboxAddress("user\($0)@example.com")) }
        served = mailboxes
        server = ModelServer(mailboxes, scheduler: clock, seed: seed &* 31)
        store = MemoryStore(mailboxes.map { User(address: $0, connector: "hq") })
        let ways: [[NotificationMethod]] = [[.streaming, .pull], [.streaming], [.streaming, .pull], [.pull], [.push]]
        methods = ways[Int(seed % UInt64(ways.count))]
        concurrency = Int.random(in: 1...4, using: &random)
        if seed % 3 == 0 {
            // Some are looked after together, and of some nobody knows.
            var groupings: [MailboxAddress: String] = [:]
            for mailbox in mailboxes {
                groupings[mailbox] = ["one", "two", "three", nil].randomElement(using: &random) ?? nil
            }
            server.change { [groupings] in $0.groupings = groupings }
        }
    }

    /// Lives through so many steps.
    func run(steps count: Int) async throws {
        beat()
        try await begin()
        for step in 1...count {
            if step % 20 == 0 { await comeToRest() } else { try await stumble() }
            guard flaws.isEmpty else { return }
        }
        try await leave()
        checkEvents(await store.events)
    }

    // MARK: Runs of the daemon

    func begin() async throws {
        await store.fail(with: nil)
        isStoreFailing = false
        runs += 1
        life = Lifeline()
        let run = runs
        server.change { $0.client = run }
        let store = MortalStore(store: store, life: life)
        setup = makeSetup(store)
        let engine = PresenceEngine(
            setup,
            store: store,
            scheduler: MortalScheduler(clock: clock, life: life),
            observer: RecordingObserver(),
            random: { 0.5 },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        self.engine = engine
        try await engine.start()
    }

    private func makeSetup(_ store: MortalStore) -> EngineSetup {
        let client = ModelClient(
            model: server,
            number: runs,
            methods: methods,
            channelLimit: 7,
            concurrencyLimit: concurrency
        )
        let tempo = SubscriptionTempo(pollInterval: 600, pushSilence: 600, methodRetry: 900)
        let options = ConnectorSubscriber.Options(tempo: tempo, concurrency: concurrency)
        return EngineSetup(
            sources: [client],
            notifications: NotificationSetup(sources: [.init(client, options: options)], store: store),
            hooks: [],
            lookaheadDays: 300,
            scanInterval: 900 * 86_400
        )
    }

    /// As by SIGHUP: some come, some go, and now and then the connector is another one.
    func reload() async -> String {
        let isReplaced = Int.random(in: 0..<4, using: &random) == 0
        let wanted = mailboxes.filter { _ in Int.random(in: 0..<4, using: &random) > 0 }
        let users = mailboxes.map { User(address: $0, isEnabled: wanted.contains($0), connector: "hq") }
        let (store, now) = (store, clock.now)
        let next = isReplaced ? makeSetup(MortalStore(store: store, life: life)) : setup
        do throws(StoreFailure) {
            try await engine?.change(to: next, users: users) { () async throws(StoreFailure) in
                try await store.sync(users, at: now)
            }
        } catch {
            return "a reload fails"
        }
        setup = next
        served = wanted
        return "\(wanted.count) users\(isReplaced ? " over another connection" : "")"
    }

    /// As by SIGKILL.
    func kill() {
        for deadline in life.cut() { clock.cancel(deadline) }
        server.change { state in
            state.client = -1
            state.hangUp()
        }
        engine = nil
    }

    /// As by SIGTERM.
    func stop() async {
        await engine?.stop()
        kill()
    }

    /// A clean end: the server is left with nothing but what only an answer to its next call can end.
    private func leave() async throws {
        await comeToRest()
        guard flaws.isEmpty else { return }
        let mine = Set((await store.remembered["hq"] ?? [:]).filter { $0.value.method != .push }.keys)
        await stop()
        let left = (await store.remembered["hq"] ?? [:]).filter { $0.value.method != .push }
        if !left.isEmpty { flaws.append("still remembered after a clean stop: \(left.keys.sorted())") }
        let held = mine.intersection(server.owners.keys)
        if !held.isEmpty { flaws.append("still held by the server after a clean stop: \(held.sorted())") }
    }

    // MARK: What happens

    private func stumble() async throws {
        let step = try await happen()
        steps.append(step)
        // Now and then the next thing happens while this one is still being dealt with.
        guard Int.random(in: 0..<4, using: &random) > 0 else { return }
        await becomeIdle()
        if flaws.isEmpty { await compareWhatWasTold() }
    }

    /// The server calls now and then, whether anything happened or not.
    private func beat() {
        clock.schedule("model beat", at: clock.now + 250) { [server] in
            server.change { $0.beat() }
            Self.beat(server, clock: server.scheduler)
        }
    }

    private static func beat(_ server: ModelServer, clock: ManualScheduler) {
        clock.schedule("model beat", at: clock.now + 250) {
            server.change { $0.beat() }
            beat(server, clock: clock)
        }
    }

    // MARK: Time and rest

    /// Deadline by deadline, each dealt with before the next.
    func advance(to time: Date) async {
        var deadlines = 0
        while let next = clock.deadlines.values.min(), next <= time {
            await clock.advance(to: next)
            await becomeIdle()
            deadlines += 1
            if deadlines > 10_000 { flaws.append("deadlines without end: \(clock.deadlines)") }
            guard flaws.isEmpty else { return }
        }
        await clock.advance(to: time)
    }

    /// Until nothing is under way but channels on which nothing comes.
    private func becomeIdle() async {
        for _ in 0..<100_000 {
            let before = server.activity
            guard let waiting = await engine?.idleButForChannels() else { return }
            let listeners = methods.contains(.push) ? 1 : 0
            if server.activity == before, server.parked == waiting + listeners { return }
            await Task.yield()
        }
        flaws.append("it never comes to rest")
    }

    /// Nothing goes wrong any more: after a while all must be told of everything.
    private func comeToRest() async {
        steps.append("all is well")
        server.mend()
        await store.fail(with: nil)
        isStoreFailing = false
        let start = clock.now
        await becomeIdle()
        // What could not be written is tried again after a few seconds.
        await advance(to: clock.now + 6)
        while await !isWell() {
            guard clock.now.timeIntervalSince(start) < Self.patience else {
                let untold = served.filter { !server.hasTold(of: $0) }
                flaws.append("not well after \(Self.patience) seconds; not told of: \(untold)")
                return
            }
            await advance(to: clock.deadlines.values.min() ?? clock.now + 60)
            guard flaws.isEmpty else { return }
        }
        await compareWhatWasTold()
        let remembered = (await store.remembered["hq"] ?? [:]).mapValues(\.mailbox)
        if remembered.values.sorted() != served {
            flaws.append("remembered: \(remembered.sorted { $0.value < $1.value })")
        }
        let owners = server.owners
        for (id, mailbox) in remembered where owners[id] != mailbox { flaws.append("\(id) is not of \(mailbox)") }
        let strays = server.state.withLock { state in
            let held = state.held.filter { $0.value.client == runs && $0.value.method != .push && !$0.value.isDenied }
            return held.keys.filter { remembered[$0] == nil }
        }
        if !strays.isEmpty { flaws.append("held by the server and remembered by nobody: \(strays.sorted())") }
        let mixtures = server.state.withLock(\.mixtures)
        if !mixtures.isEmpty { flaws.append("channels across groupings: \(mixtures)") }
    }

    private func isWell() async -> Bool {
        guard let connector = await engine?.status().connectors.first else { return false }
        let counts = connector.subscriptions
        guard (await store.remembered["hq"] ?? [:]).count == served.count else { return false }
        return connector.phase == .online && counts == SubscriptionCounts(active: served.count)
            && served.allSatisfy(server.hasTold)
    }

    // MARK: What must be true

    /// Of whom the server tells everything, everything is known.
    private func compareWhatWasTold() async {
        guard !isStoreFailing, await engine?.status().connectors.first?.phase == .online else { return }
        let users = await store.users
        let now = clock.now
        for mailbox in mailboxes where !served.contains(mailbox) {
            guard let record = users[mailbox] else { continue }
            if record.knowledge != MailboxKnowledge() { flaws.append("\(mailbox) is not served, and known") }
            if record.current?.presence != .unknown { flaws.append("\(mailbox) is not served, and shown") }
        }
        for mailbox in served where server.hasTold(of: mailbox) {
            guard let record = users[mailbox], let known = record.knowledge.calendar else {
                flaws.append("nothing is known of \(mailbox)")
                continue
            }
            let truth = BusyInterval.normalized(server.calendar(of: mailbox), within: known.covered)
            if known.intervals != truth { flaws.append("\(mailbox): known \(known.intervals), true \(truth)") }
            var knowledge = record.knowledge
            knowledge.calendar?.intervals = truth
            let presence = PresenceAssessment(of: knowledge, rules: PresenceRules(), at: now).presence
            if record.current?.presence != presence {
                flaws.append("\(mailbox): shown \(record.current?.presence as Any), true \(presence)")
            }
        }
    }

    /// Each event follows from the one before it.
    private func checkEvents(_ events: [PresenceEvent]) {
        for (mailbox, events) in Dictionary(grouping: events, by: \.user) {
            var previous: PresenceEvent?
            for event in events {
                let isNext = previous.map {
                    event.previous == $0.current.presence && event.current.sequence == $0.current.sequence + 1
                        && event.at >= $0.at
                }
                if isNext == false { flaws.append("\(mailbox): the events are out of order at \(event)") }
                previous = event
            }
        }
    }
}
