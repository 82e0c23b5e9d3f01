import Availability
import Foundation
import PresenceEngine
import Synchronization
import TestSupport
import Testing

/// An engine that is told of changes, on a clock that the test moves, with a server that the test can harm.
final class SubscriberBench {
    let clock = ManualScheduler(now: EngineBench.monday)
    let users: [MailboxAddress]
    let server: ModelServer
    let store: MemoryStore
    let log = LogBook()
    let observer = RecordingObserver()
    let methods: [NotificationMethod]
    let tempo: SubscriptionTempo
    let reconcile: TimeInterval?
    private(set) var engine: PresenceEngine
    private var setup = EngineSetup(sources: [], hooks: [])
    private var runs = 0

    init(
        users count: Int = 6,
        _ methods: NotificationMethod...,
        tempo: SubscriptionTempo = SubscriptionTempo(),
        reconcile: TimeInterval? = nil
    ) throws {
        users = try (0..<count).map { try #require(MailboxAddress("user\($0)@example.com")) }
        server = ModelServer(users, scheduler: clock, seed: 1)
        store = MemoryStore(users.map { User(address: $0, connector: "hq") })
        self.methods = methods
        self.tempo = tempo
        self.reconcile = reconcile
        engine = PresenceEngine(
            EngineSetup(sources: [], hooks: []),
            store: store,
            scheduler: clock,
            observer: RecordingObserver(),
            logger: log.logger
        )
    }

    /// Starts, and waits until it has done what there is to do.
    func start() async throws {
        try await begin()
        await idle()
    }

    /// Starts an engine of groups of three.
    func begin() async throws {
        runs += 1
        let run = runs
        server.change { $0.client = run }
        setup = makeSetup()
        engine = PresenceEngine(
            setup,
            store: store,
            scheduler: clock,
            observer: observer,
            random: { 0.5 },
            logger: log.logger
        )
        try await engine.start()
    }

    private func makeSetup() -> EngineSetup {
        let client = ModelClient(model: server, number: runs, methods: methods, channelLimit: 3, concurrencyLimit: 2)
        let options = ConnectorSubscriber.Options(tempo: tempo, concurrency: 2)
        return EngineSetup(
            sources: [client],
            notifications: NotificationSetup(sources: [.init(client, options: options)], store: store),
            hooks: [],
            lookaheadDays: 60,
            scanInterval: 60 * 86_400,
            reconcileInterval: reconcile
        )
    }

    /// As by a reload: these are served from now on, and over another connection where `isReplaced`.
    func change(to served: [MailboxAddress], isReplaced: Bool = false) async throws {
        let users = served.map { User(address: $0, connector: "hq") }
        let (store, now) = (store, clock.now)
        if isReplaced { setup = makeSetup() }
        try await engine.change(to: setup, users: users) { () async throws(StoreFailure) in
            try await store.sync(users, at: now)
        }
    }

    /// Waits until nothing is under way but channels on which nothing comes.
    func idle() async {
        for _ in 0..<100_000 {
            let before = server.activity
            let waiting = await engine.idleButForChannels() + (methods.contains(.push) ? 1 : 0)
            if server.activity == before, server.parked == waiting { return }
            await Task.yield()
        }
        Issue.record("it never comes to rest")
    }

    /// Deadline by deadline, each dealt with before the next.
    func advance(by seconds: TimeInterval) async {
        let end = clock.now + seconds
        while let next = clock.deadlines.values.min(), next <= end {
            await clock.advance(to: next)
            await idle()
        }
        await clock.advance(to: end)
    }

    /// Harms the server, and waits for what follows.
    func harm(_ body: (inout ModelServer.State) -> Void) async {
        server.change(body)
        await idle()
    }

    /// Books an hour from now on, so that the user is in a meeting; `isTold` where the server is to tell of it.
    func book(_ index: Int, isTold: Bool = true) async {
        let hour = BusyInterval(start: clock.now, end: clock.now + 3_600, busyType: .busy)
        await harm { $0.book(hour, of: self.users[index], isTold: isTold) }
    }

    /// The channel on which the server tells of this user.
    func channel(of index: Int) throws -> Int {
        let number = server.state.withLock { state in
            let id = state.held.first { $0.value.mailbox == users[index] }?.key
            return state.channels.first { $0.value.ids.contains(id ?? "") }?.key
        }
        return try #require(number)
    }

    func presence(of index: Int) async -> Presence? { await store.users[users[index]]?.current?.presence }

    func counts() async -> SubscriptionCounts? { await engine.status().connectors.first?.subscriptions }

    func method() async -> NotificationMethod? { await engine.status().connectors.first?.notification }

    /// What was asked since `count` calls, such as `calls.count` of a moment before.
    func calls(since count: Int = 0, with words: String = "") -> [String] {
        server.calls.dropFirst(count).filter { words.isEmpty || $0.contains(words) }
    }
}
