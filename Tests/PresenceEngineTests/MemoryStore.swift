import Availability
import Foundation

/// A store that keeps users in memory, for tests of the engine alone; the real one is tested with the real engine in
/// `DaemonAppTests`.
actor MemoryStore: PresenceStore, SubscriptionStore {
    private(set) var users: [MailboxAddress: UserRecord]
    private(set) var events: [PresenceEvent] = []
    private(set) var transactions = 0
    private(set) var scans: [ScanRecord] = []
    private(set) var remembered: [String: [String: Subscription]] = [:]
    private var failure: StoreFailure?

    init(_ users: [User]) {
        self.users = Dictionary(uniqueKeysWithValues: users.map { ($0.address, UserRecord(user: $0)) })
    }

    /// From now on everything fails like this; `nil` mends it.
    func fail(with failure: StoreFailure?) {
        self.failure = failure
    }

    func add(_ user: User) {
        users[user.address] = UserRecord(user: user)
    }

    /// As if this had been read before.
    func set(_ knowledge: MailboxKnowledge, of mailbox: MailboxAddress) {
        users[mailbox]?.knowledge = knowledge
    }

    /// Makes these the users, in the way of the real one: of who is not enabled nothing is kept but that it shows nothing
    /// any more, which hooks are told.
    func sync(_ users: [User], at time: Date) throws(StoreFailure) {
        try check()
        let now = time.wholeSecond
        let former = self.users
        self.users = [:]
        for user in users {
            var record = former[user.address] ?? UserRecord(user: user)
            record.user = user
            if !user.isEnabled { record = UserRecord(user: user, current: silence(record, at: now)) }
            self.users[user.address] = record
        }
        for gone in former.values where self.users[gone.user.address] == nil { _ = silence(gone, at: now) }
    }

    private func silence(_ record: UserRecord, at now: Date) -> CurrentPresence? {
        guard var current = record.current, current.presence != .unknown else { return record.current }
        let previous = current.presence
        current = CurrentPresence(
            presence: .unknown,
            reason: .noData,
            since: now,
            until: nil,
            announcement: nil,
            sequence: current.sequence + 1
        )
        events.append(
            PresenceEvent(
                id: "last of \(record.user.address) \(current.sequence)",
                user: record.user.address,
                phoneExtension: nil,
                current: current,
                previous: previous,
                freshness: .unknown,
                at: now
            )
        )
        return current
    }

    func agenda() async throws(StoreFailure) -> [UserAgenda] {
        try check()
        return users.values.sorted { $0.user.address < $1.user.address }.map {
            UserAgenda(user: $0.user, coveredUntil: $0.knowledge.calendar?.covered.end)
        }
    }

    func records(of mailboxes: [MailboxAddress]) async throws(StoreFailure) -> [UserRecord] {
        try check()
        return mailboxes.compactMap { users[$0] }
    }

    func record(_ updates: [UserUpdate]) async throws(StoreFailure) {
        try check()
        transactions += 1
        for update in updates {
            guard var record = users[update.mailbox], record.user.isEnabled else { continue }
            switch update.calendar {
            case .replaced(let calendar): record.knowledge.calendar = calendar
            case .confirmed(let covered, let readAt):
                record.knowledge.calendar?.covered = covered
                record.knowledge.calendar?.readAt = readAt
            case nil: break
            }
            if let reply = update.automaticReply { record.knowledge.automaticReply = reply }
            switch update.failure {
            case .noted(let failure): record.lastFailure = failure
            case .cleared: record.lastFailure = nil
            case nil: break
            }
            record.current = update.current
            users[update.mailbox] = record
            if let event = update.event { events.append(event) }
        }
    }

    func beginScan(at time: Date, mailboxes: Int) async throws(StoreFailure) -> Int64 {
        try check()
        scans.append(ScanRecord(startedAt: time, mailboxes: mailboxes))
        return Int64(scans.count - 1)
    }

    func finishScan(_ number: Int64, at time: Date, failed: Int) async throws(StoreFailure) {
        try check()
        scans[Int(number)].finishedAt = time
        scans[Int(number)].failed = failed
    }

    func latestScan() async throws(StoreFailure) -> ScanRecord? { scans.last }

    func subscriptions(of connector: String) async throws(StoreFailure) -> [Subscription] {
        try check()
        return (remembered[connector] ?? [:]).values.sorted { $0.mailbox < $1.mailbox }
    }

    func keep(_ subscriptions: [Subscription], of connector: String) async throws(StoreFailure) {
        try check()
        for subscription in subscriptions { remembered[connector, default: [:]][subscription.id] = subscription }
    }

    func forget(_ subscriptions: [Subscription], of connector: String) async throws(StoreFailure) {
        try check()
        for subscription in subscriptions {
            // As the real one: a newer one with the same id is left alone.
            let stored = remembered[connector]?[subscription.id]
            guard stored?.mailbox == subscription.mailbox, stored?.createdAt == subscription.createdAt else { continue }
            remembered[connector]?[subscription.id] = nil
        }
    }

    private func check() throws(StoreFailure) {
        if let failure { throw failure }
    }
}
