package import Availability
import Foundation
package import Logging
package import NameService
import SIPMessages
import SerialQueue

/// The hook `sip-publish`: publishes every user's presence at a presence server (RFC 3903) and keeps it there.
///
/// A server forgets what is not refreshed, so there is something to do between deliveries; the tags that it takes to
/// refresh, change or take back a publication are stored before a delivery counts as done, and outlive the daemon. What
/// was published stays when the hook stops: a daemon that starts again must not make the telephones flicker, and what is
/// never refreshed again the server forgets by itself.
package actor SIPPublishHook: PresenceHook {
    package nonisolated let name: String
    package nonisolated let kind = "sip-publish"
    package nonisolated let target: String
    package nonisolated let manner: String
    /// A tag that two know of is one that one of them has wrong.
    package nonisolated let isExclusive = true
    package nonisolated let concurrencyLimit: Int

    private let serial = SerialQueue(label: "freebusyd.sip")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    let options: Options
    let client: SIPClient
    let store: any PublicationStore
    let writer: PublicationWriter
    let scheduler: any Scheduler
    let log: PublicationLog
    let deadlines: DeadlineNames
    let retries = RetrySchedule(first: 2, longest: 60)

    var book = PublicationBook()
    var plan: RefreshPlan
    var signs = ForgettingSigns()
    /// Seconds that are asked for: what the configuration says, or what the server wants at least.
    var expires: Int
    var isRunning = false
    var isLoaded = false
    var receiverForgot: @Sendable () -> Void = {}
    /// Those who wait for a publication that somebody else has on its way.
    var turns: [Publication.Key: [CheckedContinuation<Void, Never>]] = [:]
    var refreshing = 0
    var quietWaiters: [CheckedContinuation<Void, Never>] = []
    var refreshFailures = FailureStreak()
    /// Nothing is refreshed before: the server is away.
    var pausedUntil = Date.distantPast
    /// When the server last knew a tag.
    var lastHeard = Date.distantPast
    /// Until when the refreshing sleeps; `nil` where it does not.
    var alarm: Date?

    /// - Parameters:
    ///   - name: as in the configuration.
    ///   - store: where tags and documents are kept.
    package init(
        name: String,
        options: Options,
        store: any PublicationStore,
        names: NameService,
        scheduler: any Scheduler,
        logger: Logger
    ) {
        self.name = name
        self.options = options
        self.store = store
        self.scheduler = scheduler
        target = options.target
        manner = "\(options.presentity.template) \(options.note)"
        concurrencyLimit = max(1, options.concurrencyLimit)
        writer = PublicationWriter(store: store)
        deadlines = DeadlineNames(of: "sip-publish \(name)")
        log = PublicationLog(hook: name, logger: logger)
        plan = RefreshPlan(beginningAt: .random(in: 0..<1))
        expires = Int(options.expires)
        client = SIPClient(
            SIPClient.Setting(
                receiver: options.target,
                credentials: options.credentials,
                caFile: options.caFile,
                window: options.concurrencyLimit,
                timeLimit: options.timeLimit
            ),
            scheduler: scheduler,
            locate: SIPPlace(options, names: names).servers(of:)
        )
    }

    /// Loads what the server keeps for us, and begins to keep it there.
    package func start(receiverForgot: @escaping @Sendable () -> Void) async {
        self.receiverForgot = receiverForgot
        isRunning = true
        await client.tellOfLosses { [weak self] in
            Task { await self?.connectionLost() }
        }
        await loadSoon()
        // One that was stopped and is wanted again knows what it published.
        wakeForRefreshes()
    }

    package func mended() async {
        pausedUntil = .distantPast
        wakeForRefreshes()
    }

    package func stop() async {
        isRunning = false
        scheduler.cancel(alarmName)
        alarm = nil
        await untilQuiet()
        await client.close()
    }

    package func deliver(_ event: PresenceEvent) async throws(HookFailure) {
        // Without the tags of an earlier run everything would be published beside what the server has.
        try await load()
        let presentity: SIPURI
        switch options.presentity.uri(of: event.user, phoneExtension: event.phoneExtension) {
        case .uri(let uri): presentity = uri
        // There is no telephone to tell.
        case .noExtension: return try await withdraw(book.keys(of: event.user, hook: name))
        case .malformed(let text):
            throw .rejected(
                target,
                seen: "“\(text)” is no SIP URI",
                remedy: "Set presentity in [[hook]] so that it makes a URI of every extension, such as "
                    + "sip:{extension}@pbx.example.com."
            )
        }
        let key = Publication.Key(hook: name, user: event.user, presentity: "\(presentity)")
        if let document = event.document(of: presentity, publisher: "freebusyd \(name)", note: options.note) {
            try await publish(document.text, of: presentity, key)
            try await withdraw(book.keys(of: event.user, hook: name).filter { $0 != key })
        } else {
            try await withdraw([key])
        }
    }
}
