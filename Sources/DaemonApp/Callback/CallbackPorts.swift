import ConfigurationFile
import Exchange
import SerialQueue

/// The ports that Exchange calls. Changed as a whole: where one cannot be opened, all are as they were.
actor CallbackPorts {
    private let serial = SerialQueue(label: "freebusyd.callback.ports")
    private var running: [CallbackListener] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    /// Opens what is wanted and not open yet, and shuts what is not wanted any more.
    func open(
        _ wanted: [(listener: CallbackListener, inboxes: [PushInbox])]
    ) async throws(CallbackFailure) -> Change {
        let staying = running.filter { open in wanted.contains { $0.listener === open } }
        let closing = running.filter { open in !staying.contains { $0 === open } }
        let opening = wanted.map(\.listener).filter { new in !staying.contains { $0 === new } }
        // A new connector subscribes at once, and is called at once.
        for (listener, inboxes) in wanted where staying.contains(where: { $0 === listener }) {
            listener.deliver(alsoTo: inboxes)
        }
        // Only those whose address somebody else needs are shut before it is certain that all goes well.
        let inTheWay = closing.filter { old in opening.contains { $0.listen.overlaps(old.listen) } }
        for listener in inTheWay { await listener.stop() }
        var change = Change(
            opened: [],
            inTheWay: inTheWay,
            closing: closing.filter { old in !inTheWay.contains { $0 === old } }
        )
        do throws(CallbackFailure) {
            for listener in opening {
                try await listener.start()
                change.opened.append(listener)
            }
        } catch {
            await undo(change)
            throw error
        }
        return change
    }

    /// What ``open(_:)`` did and what is still to be done.
    struct Change: Sendable {
        fileprivate(set) var opened: [CallbackListener]
        fileprivate let inTheWay: [CallbackListener]
        fileprivate let closing: [CallbackListener]
    }

    /// The new ports are the ones.
    func keep(
        _ change: Change,
        _ wanted: [(listener: CallbackListener, inboxes: [PushInbox])]
    ) async {
        for (listener, inboxes) in wanted { listener.deliver(to: inboxes) }
        for listener in change.closing { await listener.stop() }
        running = wanted.map(\.listener)
    }

    /// The ports are as they were before. One that cannot be opened again by now stays shut: its subscriptions fall silent,
    /// which is told.
    func undo(_ change: Change) async {
        for listener in change.opened { await listener.stop() }
        for listener in change.inTheWay { try? await listener.start() }
    }

    func closeAll() async {
        for listener in running { await listener.stop() }
        running = []
    }
}
