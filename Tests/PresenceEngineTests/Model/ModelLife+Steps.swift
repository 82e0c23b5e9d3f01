import Availability
import Foundation
import TestSupport

/// What may happen to a daemon and its server.
extension ModelLife {
    /// Something, and what it was.
    func happen() async throws -> String {
        switch Int.random(in: 0..<48, using: &random) {
        case 0..<14: return alter()
        case 14..<22: return await passTime()
        case 22..<36: return harmServer(Int.random(in: 0..<15, using: &random))
        case 36: return harmRequests()
        case 37: return await harmStore()
        case 38..<40:
            kill()
            try await begin()
            return "the daemon is killed and starts again"
        case 40:
            await stop()
            try await begin()
            return "the daemon stops and starts again"
        case 41:
            await stop()
            let altered = (0..<3).map { _ in alter() }
            try await begin()
            return "the daemon stops, \(altered.joined(separator: ", ")), and it starts again"
        case 42..<44:
            server.mend()
            return "everything is mended"
        default: return await reload()
        }
    }

    private func alter() -> String {
        let mailbox = mailboxes.randomElement(using: &random) ?? mailboxes[0]
        var text = ""
        server.change { [now = clock.now] in text = $0.alter(mailbox, around: now) }
        return text
    }

    private func passTime() async -> String {
        let seconds = Double([1, 5, 30, 120, 700].randomElement(using: &random) ?? 1)
        await advance(to: clock.now + seconds)
        return "\(Int(seconds)) seconds pass"
    }

    private func harmServer(_ kind: Int) -> String {
        let (number, other) = (Int.random(in: 0..<1_000, using: &random), Int.random(in: 0..<1_000, using: &random))
        let now = clock.now
        var text = ""
        var muted: Int?
        server.change { state in
            let ids = state.held.keys.sorted()
            let channels = state.channels.keys.filter { state.channels[$0]?.isMuted == false }.sorted()
            let id = ids.isEmpty ? nil : ids[number % ids.count]
            let channel = channels.isEmpty ? nil : channels[number % channels.count]
            switch kind {
            case 0..<2:
                state.restart()
                text = "the server starts again"
            case 2..<4:
                if let id { state.lose(id) }
                text = "subscription \(id ?? "none") is lost"
            case 4:
                if let channel { state.end(channel, .failed(.broken)) }
                text = "channel \(channel ?? -1) breaks"
            case 5:
                if let channel { state.end(channel, .closed) }
                text = "channel \(channel ?? -1) is closed"
            case 6:
                if let channel { state.end(channel, .failed(.garbled)) }
                text = "channel \(channel ?? -1) brings nonsense"
            case 7:
                if let channel { state.channels[channel]?.isMuted = true }
                muted = channel
                text = "channel \(channel ?? -1) falls silent"
            case 8:
                let backEnd = ModelServer.backEnds[number % 2]
                state.die(backEnd)
                text = "back end \(backEnd) dies"
            case 9:
                state.faults.refused.insert(self.mailboxes[number % self.mailboxes.count])
                text = "\(self.mailboxes[number % self.mailboxes.count]) is refused"
            case 10:
                state.faults.isLimited.toggle()
                text = "limit of channels: \(state.faults.isLimited)"
            case 11:
                state.faults.isBuffering.toggle()
                text = "buffering proxy: \(state.faults.isBuffering)"
            case 12:
                state.faults.unknownMethods = other % 2 == 0 ? [.streaming] : []
                text = "unknown methods: \(state.faults.unknownMethods)"
            case 13:
                state.faults.isCallbackBlocked.toggle()
                if !state.faults.isCallbackBlocked { state.tellWhatWaits() }
                text = "callback blocked: \(state.faults.isCallbackBlocked)"
            default:
                state.faults.busyUntil = now + 20
                text = "busy"
            }
        }
        if let muted { server.watch(muted, for: 100) }
        return text
    }

    private func harmRequests() -> String {
        let (kind, count) = (Int.random(in: 0..<4, using: &random), Int.random(in: 1...3, using: &random))
        var text = ""
        server.change { state in
            switch kind {
            case 0:
                state.faults.isAway.toggle()
                text = "away: \(state.faults.isAway)"
            case 1:
                state.faults.failures = count
                text = "\(count) requests fail"
            case 2:
                state.faults.lostAnswers = count
                text = "\(count) answers are lost"
            default:
                state.faults.mischief = 0.1
                text = "mischief"
            }
        }
        return text
    }

    private func harmStore() async -> String {
        isStoreFailing.toggle()
        await store.fail(with: isStoreFailing ? StoreFailure(.full, retry: .later) : nil)
        return "the database fails: \(isStoreFailing)"
    }
}
