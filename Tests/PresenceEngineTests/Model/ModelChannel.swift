import Availability
import Foundation

/// A channel as the server sees it.
struct OpenChannel {
    enum Delivery {
        case news([ChannelNews])
        case closed
        case failed(ChannelFailure)
    }

    var ids: Set<String>
    var backEnd: String
    /// Whether anything ever comes over it.
    var carries: Bool
    /// Whether whatever is sent is swallowed from now on.
    var isMuted = false
    var line: [Delivery] = []
    var waiter: CheckedContinuation<Delivery, Never>?
}

/// What the server calls out, and who waits for it.
struct ArrivalLine {
    var line: [PushArrival] = []
    var waiter: CheckedContinuation<PushArrival?, Never>?
}

extension ModelServer.State {
    mutating func deliver(_ delivery: OpenChannel.Delivery, to number: Int) {
        activity += 1
        if let waiter = channels[number]?.waiter {
            channels[number]?.waiter = nil
            waiter.resume(returning: delivery)
        } else {
            channels[number]?.line.append(delivery)
        }
    }

    /// What was sent before still arrives.
    mutating func end(_ number: Int, _ delivery: OpenChannel.Delivery) {
        guard channels[number] != nil else { return }
        channels[number]?.ids = []
        deliver(delivery, to: number)
        if channels[number]?.line.isEmpty == true { channels[number] = nil }
    }

    mutating func call(_ arrival: PushArrival) {
        activity += 1
        if let waiter = arrivals.waiter {
            arrivals.waiter = nil
            waiter.resume(returning: arrival)
        } else {
            arrivals.line.append(arrival)
        }
    }

    /// Nobody is there any more who could hear anything.
    mutating func hangUp() {
        for number in channels.keys { end(number, .failed(.broken)) }
        arrivals.waiter?.resume(returning: nil)
        arrivals = ArrivalLine()
    }
}

/// A channel as a client sees it.
struct ModelChannel: ChangeChannel {
    let model: ModelServer
    let number: Int

    func next() async throws(ChannelFailure) -> [ChannelNews]? {
        let delivery: OpenChannel.Delivery = await withTaskCancellationHandler {
            await withCheckedContinuation { (waiter: CheckedContinuation<OpenChannel.Delivery, Never>) in
                model.change { state in
                    guard var channel = state.channels[number], !Task.isCancelled else {
                        state.channels[number] = nil
                        return waiter.resume(returning: .failed(.broken))
                    }
                    guard !channel.line.isEmpty else {
                        channel.waiter = waiter
                        return state.channels[number] = channel
                    }
                    let first = channel.line.removeFirst()
                    if case .news = first { state.channels[number] = channel } else { state.channels[number] = nil }
                    waiter.resume(returning: first)
                }
            }
        } onCancel: {
            model.change { state in
                let channel = state.channels.removeValue(forKey: number)
                channel?.waiter?.resume(returning: OpenChannel.Delivery.failed(.broken))
            }
        }
        switch delivery {
        case .news(let news): return news
        case .closed: return nil
        case .failed(let failure): throw failure
        }
    }
}

extension ChannelFailure {
    static let broken = ChannelFailure(.server, .reset, retry: .later)
    static let refused = ChannelFailure(.server, .away, retry: .later)
    static let denied = ChannelFailure(.refused, .choked, retry: .later)
    static let garbled = ChannelFailure(.malformed, .garbage, retry: .later)
    static let silent = ChannelFailure(.silence, .quiet, retry: .later)
    static let tooMany = ChannelFailure(.limit, .crowd, retry: .later)
}

extension Diagnosis {
    static let reset = Diagnosis(id: "tcp.reset", summary: "The connection broke.", remedy: "Wait.")
    static let away = Diagnosis(id: "tcp.unreachable", summary: "No answer.", remedy: "Look at the firewall.")
    static let choked = Diagnosis(id: "server.fault", summary: "A fault.", remedy: "Look into its log.")
    static let busy = Diagnosis(id: "server.busy", summary: "The server is busy.", remedy: "Wait.")
    static let garbage = Diagnosis(id: "reply.malformed", summary: "This is no XML.", remedy: "Look at the proxy.")
    static let quiet = Diagnosis(id: "stream.silent", summary: "Nothing came.", remedy: "Look at the proxy.")
    static let crowd = Diagnosis(id: "stream.limit", summary: "Too many channels.", remedy: "Raise the limit.")
    static let unknownMethod = Diagnosis(id: "stream.unknown", summary: "No such method.", remedy: "Use pull.")
    static let noAccess = Diagnosis(id: "calendar.no-access", summary: "No access.", remedy: "Grant it.")
    static let full = Diagnosis(id: "store.full", summary: "The disk is full.", remedy: "Make room.")
}
