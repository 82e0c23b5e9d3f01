import Availability
import Foundation
import PresenceEngine
import Synchronization
import TestSupport

/// A groupware server as unfriendly as one may be: calendars are the truth; whoever is to be told of their changes has
/// to get subscriptions, channels and askings right. What cannot be delivered at once is lost for ever.
final class ModelServer: Sendable {
    /// What goes wrong now.
    struct Faults {
        var isAway = false
        var busyUntil: Date?
        /// How many requests fail from now on, without being looked at.
        var failures = 0
        /// How many requests are done from now on without their answers arriving.
        var lostAnswers = 0
        var refused: Set<MailboxAddress> = []
        var unknownMethods: Set<NotificationMethod> = []
        /// Channels are refused.
        var isLimited = false
        /// Channels are answered with an error of their own.
        var isRefusing = false
        /// Channels open, and nothing comes over them.
        var isBuffering = false
        /// The server cannot call back.
        var isCallbackBlocked = false
        /// Requests that begin like this are answered with an error of their own.
        var chokesOn: [String] = []
        /// How likely something happens while a request is under way.
        var mischief = 0.0
        /// Answers wait until they are released.
        var isHolding = false
        /// So do those to requests that begin like this.
        var slow: [String] = []

        func isHolding(_ call: String?) -> Bool { isHolding || slow.contains { call?.hasPrefix($0) == true } }
    }

    /// A subscription as the server holds it.
    struct Held {
        var mailbox: MailboxAddress
        var method: NotificationMethod
        var token: String?
        var backEnd: String
        /// Of the client that was told of it; `nil` where the answer did not arrive.
        var client: Int?
        /// Whether another back end said that there is no such subscription.
        var isDenied = false
        /// A change that is still to be told, if it ever is.
        var hasNews = false
    }

    struct State {
        var random: SplitMix
        var faults = Faults()
        var calendars: [MailboxAddress: [BusyInterval]] = [:]
        var held: [String: Held] = [:]
        var lastID = 0
        var lastMoment = 0
        /// Who is looked after together; who is missing is looked after with all others who are.
        var groupings: [MailboxAddress: String] = [:]
        /// Channels that were asked for across groupings.
        var mixtures: [[MailboxAddress]] = []
        var deadBackEnds: Set<String> = []
        var channels: [Int: OpenChannel] = [:]
        var lastChannel = 0
        var arrivals = ArrivalLine()
        /// The client that is running now; earlier ones are dead.
        var client = 0
        /// Rises with everything that happens.
        var activity = 0
        /// What was asked, in order, but for automatic replies.
        var calls: [String] = []
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    static let backEnds = ["one", "two"]
    let mailboxes: [MailboxAddress]
    let scheduler: ManualScheduler
    let state: Mutex<State>

    init(_ mailboxes: [MailboxAddress], scheduler: ManualScheduler, seed: UInt64) {
        self.mailboxes = mailboxes
        self.scheduler = scheduler
        state = Mutex(State(random: SplitMix(seed: seed)))
    }

    // MARK: What a test looks at

    var activity: Int { state.withLock(\.activity) }

    /// Channels and listeners for calls that wait for something to happen, with nothing in the way.
    var parked: Int {
        state.withLock { state in
            state.channels.values.count { $0.waiter != nil } + (state.arrivals.waiter == nil ? 0 : 1)
        }
    }

    func calendar(of mailbox: MailboxAddress) -> [BusyInterval] { state.withLock { $0.calendars[mailbox] ?? [] } }

    /// The mailbox that each subscription stands for, whoever made it.
    var owners: [String: MailboxAddress] { state.withLock { $0.held.mapValues(\.mailbox) } }

    /// Whether everything that happened to this calendar has been told, or was to be seen when the telling began.
    func hasTold(of mailbox: MailboxAddress) -> Bool {
        state.withLock { state in
            state.held.contains { id, held in
                guard held.mailbox == mailbox, held.client == state.client else { return false }
                switch held.method {
                case .streaming:
                    return state.channels.values.contains { $0.carries && !$0.isMuted && $0.ids.contains(id) }
                case .pull: return !held.hasNews
                case .push: return !held.hasNews && !state.faults.isCallbackBlocked
                }
            }
        }
    }

    /// What was asked so far, in order, but for automatic replies.
    var calls: [String] { state.withLock(\.calls) }

    /// How many answers are held back.
    var heldBack: Int { state.withLock(\.waiting.count) }

    // MARK: What a test does

    func change(_ body: (inout State) -> Void) {
        state.withLock { state in
            state.activity += 1
            body(&state)
        }
    }

    /// Lets the answers go that were held back.
    func release() {
        change { state in
            state.faults.isHolding = false
            state.faults.slow = []
            for answer in state.waiting { answer.resume() }
            state.waiting = []
        }
    }

    func isHolding(_ call: String) -> Bool { state.withLock { $0.faults.isHolding(call) } }

    /// Waits, if answers to such calls are held back.
    func hold(_ call: String?) async {
        await withCheckedContinuation { waiter in
            state.withLock { state in
                if state.faults.isHolding(call) { state.waiting.append(waiter) } else { waiter.resume() }
            }
        }
    }

    /// Everything works from now on. What has been lost stays lost.
    func mend() {
        change { state in
            state.faults = Faults()
            state.deadBackEnds = []
            state.tellWhatWaits()
        }
    }

    /// Lets whatever a silent channel or a callback is still to bring about happen in time.
    func watch(_ channel: Int, for seconds: TimeInterval) {
        scheduler.schedule("model silence \(channel)", at: scheduler.now + seconds) { [weak self] in
            self?.change { $0.end(channel, .failed(.silent)) }
        }
    }
}

extension ModelServer.State {
    /// Something is booked, cancelled or moved.
    mutating func alter(_ mailbox: MailboxAddress, around now: Date) -> String {
        var intervals = calendars[mailbox] ?? []
        let start = now + Double(Int.random(in: -2...48, using: &random)) * 1_800
        let types: [BusyType] = [.busy, .outOfOffice, .tentative]
        let new = BusyInterval(start: start, end: start + 3_600, busyType: types.randomElement(using: &random) ?? .busy)
        let kind: String
        switch Int.random(in: 0..<3, using: &random) {
        case 0 where !intervals.isEmpty:
            kind = "cancels"
            intervals.remove(at: Int.random(in: intervals.indices, using: &random))
        case 1 where !intervals.isEmpty:
            kind = "moves"
            intervals[Int.random(in: intervals.indices, using: &random)] = new
        default:
            kind = "books"
            intervals.append(new)
        }
        // A calendar that never ends would make reading it slow.
        calendars[mailbox] = intervals.suffix(5)
        tell(mailbox)
        return "\(mailbox) \(kind)"
    }

    /// - Parameter isTold: whether whoever wants to know is told.
    mutating func book(_ interval: BusyInterval, of mailbox: MailboxAddress, isTold: Bool) {
        calendars[mailbox, default: []].append(interval)
        if isTold { tell(mailbox) }
    }

    private mutating func tell(_ mailbox: MailboxAddress) {
        for (id, subscription) in held where subscription.mailbox == mailbox {
            switch subscription.method {
            case .streaming:
                for (number, channel) in channels where channel.ids.contains(id) && channel.carries && !channel.isMuted
                {
                    deliver(.news([.changed([id])]), to: number)
                }
            case .pull: held[id]?.hasNews = true
            case .push:
                held[id]?.hasNews = true
                tellWhatWaits()
            }
        }
    }

    /// A server that could not call tries again.
    mutating func tellWhatWaits() {
        guard !faults.isCallbackBlocked else { return }
        for (id, subscription) in held where subscription.method == .push && subscription.hasNews {
            guard let token = subscription.token else { continue }
            held[id]?.hasNews = false
            call(PushArrival(mailbox: subscription.mailbox, callbackToken: token, news: .changed))
        }
    }

    /// Tells those who are called that the server is there.
    mutating func beat() {
        guard !faults.isCallbackBlocked, !faults.isAway else { return }
        tellWhatWaits()
        for subscription in held.values where subscription.method == .push {
            guard let token = subscription.token else { continue }
            call(PushArrival(mailbox: subscription.mailbox, callbackToken: token, news: .alive))
        }
    }

    /// The server starts again, and ids start over behind `lastID`; what stands before it keeps channels open.
    mutating func forget(lastID: Int = 0) {
        held = [:]
        self.lastID = lastID
    }

    /// The server starts again: whatever it promised is forgotten, and ids start over.
    mutating func restart() {
        forget()
        for number in channels.keys where channels[number]?.isMuted == false { end(number, .failed(.broken)) }
    }

    /// A subscription is gone; whoever listens to it is told.
    mutating func lose(_ id: String) {
        guard held.removeValue(forKey: id) != nil else { return }
        for (number, channel) in channels where channel.ids.contains(id) {
            channels[number]?.ids.remove(id)
            if channel.carries, !channel.isMuted { deliver(.news([.lost([id])]), to: number) }
        }
    }

    /// One of the machines behind the load balancer dies with all it knew.
    mutating func die(_ backEnd: String) {
        guard deadBackEnds.isEmpty else { return }
        deadBackEnds = [backEnd]
        for (id, subscription) in held where subscription.backEnd == backEnd { held[id] = nil }
        for (number, channel) in channels where channel.backEnd == backEnd && !channel.isMuted {
            end(number, .failed(.broken))
        }
    }
}
