package import Availability
package import Foundation
package import Logging
import SerialQueue

/// Keeps a connector's mailboxes subscribed, and has those read of which a change is told.
///
/// It carries out what its groups decide. All requests but the channels go through the connector's reader, so that
/// budgets and pauses hold for everything that is asked of a server.
package actor ConnectorSubscriber {
    private let serial = SerialQueue(label: "freebusyd.subscriber")
    let source: any ChangeSource
    let reader: ConnectorReader
    let journal: SubscriptionJournal
    let observer: any SubscriptionObserver
    let scheduler: any Scheduler
    let options: Options
    let random: @Sendable () -> Double
    let logger: Logger

    var groups: [SubscriptionGroup] = []
    var groupOf: [MailboxAddress: Int] = [:]
    /// As far as the server tells; see ``ChangeSource/groupings(of:)``.
    var groupings: [MailboxAddress: String] = [:]
    /// By group: the one grouping of all its members.
    var groupingOfGroup: [Int: String] = [:]
    /// Whom to serve, as it was said last.
    var wanted: Set<MailboxAddress> = []
    /// Takes newcomers in; `nil` where there are none.
    var admission: Task<Void, Never>?
    var deadlines = DeadlineHeap<Int>()
    /// When groups that may have no channel now try it again.
    var limited = DeadlineHeap<Int>()
    /// What the scheduler was last told.
    var armed: Date?
    var registry = SubscriptionRegistry()
    var choice: MethodChoice
    /// The group with which a better method was tried last.
    var probed: Int?
    /// Subscriptions of a former run, to be ended before their mailboxes are subscribed to anew.
    var leftovers: [MailboxAddress: [Subscription]] = [:]
    /// Subscriptions that nobody needs any more and that are not ended yet.
    var leaving: Set<Subscription> = []

    var wishes = WishList()
    /// Requests handed to the reader and not answered yet.
    var handedOver = 0
    /// Requests that have begun.
    var performing = 0
    /// By group.
    var channels: [Int: RunningChannel] = [:]
    var lastGeneration = 0
    /// By generation: whoever reads a channel, also one that was let go of and has not noticed yet.
    var listeners: [Int: Task<Void, Never>] = [:]
    var arrivals: Task<Void, Never>?
    /// What is on its way to other actors.
    var handovers: [Int: Task<Void, Never>] = [:]
    /// How much has been begun: tells whether something was, from one moment to another.
    var begun = 0
    var narrator: SubscriptionNarrator
    var whenQuiet: CheckedContinuation<Void, Never>?
    var ending: Task<[Subscription], Never>?
    var isOutOfTime = false
    /// Whether it is known what a former run left behind: until then nobody is served.
    var hasBegun = false
    var isStopped = false

    /// How a subscriber goes about it.
    package struct Options: Sendable {
        package var tempo: SubscriptionTempo
        /// How many requests it may have under way at once.
        package var concurrency: Int
        /// Seconds that ending all subscriptions may take at a stop.
        package var stopLimit: TimeInterval

        package init(
            tempo: SubscriptionTempo = SubscriptionTempo(),
            concurrency: Int = 4,
            stopLimit: TimeInterval = 40
        ) {
            self.tempo = tempo
            self.concurrency = concurrency
            self.stopLimit = stopLimit
        }
    }

    package init(
        source: any ChangeSource,
        reader: ConnectorReader,
        store: any SubscriptionStore,
        observer: any SubscriptionObserver,
        scheduler: any Scheduler,
        options: Options = Options(),
        random: @escaping @Sendable () -> Double,
        logger: Logger
    ) {
        var logger = logger
        logger[metadataKey: "connector"] = "\(source.name)"
        self.source = source
        self.reader = reader
        self.observer = observer
        self.scheduler = scheduler
        self.options = options
        self.random = random
        self.logger = logger
        choice = MethodChoice(source.methods, retry: options.tempo.methodRetry)
        narrator = SubscriptionNarrator(connector: source.name, logger: logger)
        journal = SubscriptionJournal(store: store, connector: source.name, scheduler: scheduler) { [logger] failure in
            logger.error(
                "\(failure.diagnosis.summary) \(failure.diagnosis.remedy)",
                metadata: ["diagnosis": .stringConvertible(failure.diagnosis)]
            )
        }
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    /// How the subscriptions are.
    package struct Status: Sendable {
        package var method: NotificationMethod?
        package var counts: SubscriptionCounts
        /// What is wrong now.
        package var failure: StoredFailure?

        package init(method: NotificationMethod?, counts: SubscriptionCounts, failure: StoredFailure? = nil) {
            self.method = method
            self.counts = counts
            self.failure = failure
        }
    }

    /// By which method changes are told, for how many mailboxes they are, and what is wrong.
    package func status() -> Status {
        Status(method: choice.method, counts: narrator.counts, failure: narrator.failure)
    }

    /// Whether a change of `mailbox` would be told of now.
    package func isTelling(of mailbox: MailboxAddress) -> Bool {
        groupOf[mailbox].map { groups[$0].isTelling(of: mailbox) } ?? false
    }

    /// The subscription that tells of `mailbox` now, if any.
    package func subscription(of mailbox: MailboxAddress) -> Subscription? {
        guard isTelling(of: mailbox), let number = groupOf[mailbox] else { return nil }
        return groups[number].subscriptions.first { $0.mailbox == mailbox }
    }

    /// Begins to subscribe to these, and does not wait for any server; to be called once, before ``serve(_:)``.
    package func start(_ mailboxes: Set<MailboxAddress>) async {
        await takeUpLeftovers()
        guard !isStopped else { return }
        hasBegun = true
        if source.methods.contains(.push) { listenForArrivals() }
        serve(mailboxes)
        leaveNeedlessLeftovers()
        pump()
    }

    /// Returns when nothing is under way but channels, which wait for news.
    /// - Returns: how many wait.
    package func idle() async -> Int {
        var before: Int
        repeat {
            before = begun
            await admission?.value
            while let handover = handovers.first { await handover.value.value }
            await reader.idle()
            await journal.flush()
        } while begun != before || !handovers.isEmpty || admission != nil
        return listeners.count
    }

    var deadline: String { "subscriptions \(source.name)" }

    /// Sets another actor to work, in the order of the calls.
    func handOver(_ work: @escaping @Sendable () async -> Void) {
        begun += 1
        let number = begun
        handovers[number] = Task {
            await work()
            self.handovers[number] = nil
        }
    }
}

/// What a subscriber tells the one who set it to work.
package protocol SubscriptionObserver: Sendable {
    /// A server told that these calendars may have changed; they are being read.
    func notified(of mailboxes: [MailboxAddress]) async
}
