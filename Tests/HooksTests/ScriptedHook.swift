import Availability
import Foundation
import Synchronization

/// A hook that does what a test told it to, and remembers what came.
final class ScriptedHook: PresenceHook {
    struct Arrival: Hashable, Sendable {
        var event: PresenceEvent
        var at: Date
    }

    private struct State {
        var failures: [HookFailure] = []
        var answer: (@Sendable (PresenceEvent) -> HookFailure?)?
        var delivered: [PresenceEvent] = []
        var life: [LifeEvent] = []
        var receiverForgot: (@Sendable () -> Void)?
        var arrivals: [Arrival] = []
        var underWay: [MailboxAddress] = []
        var most = 0
        var mostOfOneUser = 0
        var isHeld = false
        var held: [CheckedContinuation<Void, Never>] = []
        var holdsStop = false
        var stopping: CheckedContinuation<Void, Never>?
        var watchers: [(count: Int, CheckedContinuation<Void, Never>)] = []
    }

    let name: String
    let kind = "scripted"
    let target: String
    let isExclusive: Bool
    let concurrencyLimit: Int
    private let clock: any WallClock
    private let state = Mutex(State())

    init(
        name: String = "pbx",
        target: String = "a script",
        isExclusive: Bool = false,
        concurrencyLimit: Int = 4,
        clock: any WallClock
    ) {
        self.isExclusive = isExclusive
        self.name = name
        self.target = target
        self.concurrencyLimit = concurrencyLimit
        self.clock = clock
    }

    var arrivals: [Arrival] { state.withLock(\.arrivals) }
    var underWay: [MailboxAddress] { state.withLock(\.underWay) }
    /// The most deliveries that were under way at once.
    var most: Int { state.withLock(\.most) }
    /// As `most`, of the same user.
    var mostOfOneUser: Int { state.withLock(\.mostOfOneUser) }

    /// What arrived and did not fail, in the order in which that ended.
    var delivered: [PresenceEvent] { state.withLock(\.delivered) }
    /// What happened between the deliveries and around them, in order.
    var life: [LifeEvent] { state.withLock(\.life) }

    enum LifeEvent: Hashable, Sendable {
        case started, delivered, mended, stopped
    }

    func start(receiverForgot: @escaping @Sendable () -> Void) async {
        state.withLock { state in
            state.life.append(.started)
            state.receiverForgot = receiverForgot
        }
    }

    func stop() async {
        await withCheckedContinuation { continuation in
            let goesOn = state.withLock { state in
                if state.holdsStop { state.stopping = continuation }
                return !state.holdsStop
            }
            if goesOn { continuation.resume() }
        }
        state.withLock { $0.life.append(.stopped) }
    }

    /// `stop` now takes until `letStop`.
    func holdStop() {
        state.withLock { $0.holdsStop = true }
    }

    /// Whether it is being stopped.
    var isStopping: Bool { state.withLock { $0.stopping != nil } }

    func letStop() {
        let stopping = state.withLock { state in
            state.holdsStop = false
            defer { state.stopping = nil }
            return state.stopping
        }
        stopping?.resume()
    }

    func mended() async {
        state.withLock { $0.life.append(.mended) }
    }

    /// The receiver has lost what it knew.
    func forget() {
        state.withLock(\.receiverForgot)?()
    }

    /// The next deliveries fail with these, in turn.
    func fail(with failures: [HookFailure]) {
        state.withLock { $0.failures += failures }
    }

    /// From now on each delivery is answered like this, where no failure was set for it; `nil` is a delivery.
    func answer(_ answer: @escaping @Sendable (PresenceEvent) -> HookFailure?) {
        state.withLock { $0.answer = answer }
    }

    /// Deliveries now wait until `letGo`.
    func hold() {
        state.withLock { $0.isHeld = true }
    }

    func letGo() {
        let held = state.withLock { state in
            state.isHeld = false
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    /// Waits until this many deliveries are held at once.
    func held(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.held.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    func deliver(_ event: PresenceEvent) async throws(HookFailure) {
        let now = clock.now
        let isHeld = state.withLock { state in
            state.arrivals.append(Arrival(event: event, at: now))
            state.underWay.append(event.user)
            state.most = max(state.most, state.underWay.count)
            state.mostOfOneUser = max(state.mostOfOneUser, state.underWay.count { $0 == event.user })
            return state.isHeld
        }
        if isHeld { await waitToBeLetGo() }
        let failure = state.withLock { state in
            if let index = state.underWay.firstIndex(of: event.user) { state.underWay.remove(at: index) }
            state.life.append(.delivered)
            let failure = state.failures.isEmpty ? state.answer?(event) : state.failures.removeFirst()
            if failure == nil { state.delivered.append(event) }
            return failure
        }
        if let failure { throw failure }
    }

    private func waitToBeLetGo() async {
        await withCheckedContinuation { continuation in
            let (reached, goesOn) = state.withLock { state in
                guard state.isHeld else { return ([CheckedContinuation<Void, Never>](), true) }
                state.held.append(continuation)
                let count = state.held.count
                let reached = state.watchers.filter { $0.count <= count }.map(\.1)
                state.watchers.removeAll { $0.count <= count }
                return (reached, false)
            }
            for watcher in reached { watcher.resume() }
            if goesOn { continuation.resume() }
        }
    }
}

extension HookFailure {
    /// A receiver that is down, with this advice.
    static func down(_ retry: RetryAdvice = .later, scope: Scope = .event) -> HookFailure {
        HookFailure(
            Diagnosis(id: "hook.test", summary: "The receiver is down.", remedy: "Start it."),
            retry: retry,
            scope: scope
        )
    }

    /// A receiver that wants nothing more.
    static let gone = HookFailure(
        Diagnosis(id: "hook.gone", summary: "The receiver wants nothing more.", remedy: "Ask it."),
        retry: .never,
        scope: .hook
    )
}
