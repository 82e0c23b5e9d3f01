import Availability
import Foundation

/// What a former run asked a server to keep and could not end.
extension ConnectorSubscriber {
    /// Seconds until a list that could not be read is read again.
    private static let pause: TimeInterval = 60

    var leftoverDeadline: String { "leftovers \(source.name)" }

    /// Each is to be ended before its mailbox is subscribed to anew.
    func takeUpLeftovers() async {
        do throws(StoreFailure) {
            leftovers = Dictionary(grouping: try await journal.leftovers(), by: \.mailbox)
        } catch {
            narrator.tell(error.diagnosis)
            lookForLeftoversLater()
        }
    }

    /// Those that stand in nobody's way.
    func leaveNeedlessLeftovers() {
        // A server that calls for one of these is told to stop, from the first moment on.
        for old in leftovers.values.joined() where old.method == .push { leave(old) }
        leftovers = leftovers.mapValues { $0.filter { $0.method != .push } }
        for (mailbox, strange) in leftovers where !wanted.contains(mailbox) {
            leftovers[mailbox] = nil
            for subscription in strange { leave(subscription) }
        }
    }

    private func lookForLeftoversLater() {
        guard !isStopped else { return }
        scheduler.schedule(leftoverDeadline, at: scheduler.now + Self.pause) { [weak self] in
            await self?.lookForLeftovers()
        }
    }

    /// By now the list has what this run made, too.
    private func lookForLeftovers() async {
        do throws(StoreFailure) {
            let all = try await journal.leftovers()
            guard !isStopped else { return }
            for old in all where !registry.owns(old) && !leaving.contains(old) { leave(old) }
            pump()
        } catch {
            lookForLeftoversLater()
        }
    }
}
