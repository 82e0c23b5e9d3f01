package import Dispatch

/// A labelled serial Dispatch queue that an actor runs on: its state is touched on this queue and nowhere else.
///
/// Linux has no `DispatchSerialQueue`, which elsewhere is an executor by itself. An actor names one of these as its
/// `unownedExecutor`; Dispatch sources with `queue` as their target then call straight into the actor's isolation
/// (`assumeIsolated`), without a hop.
package final class SerialQueue: SerialExecutor {
    /// For Dispatch sources that must run in the isolation of the actor.
    package let queue: DispatchQueue

    private let key = DispatchSpecificKey<ObjectIdentifier>()

    /// - Parameter label: what debuggers and crash reports show, in reverse-DNS form.
    package init(label: String, qos: DispatchQoS = .utility) {
        queue = DispatchQueue(label: label, qos: qos)
        queue.setSpecific(key: key, value: ObjectIdentifier(self))
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedSerialExecutor()
        queue.async { job.runSynchronously(on: executor) }
    }

    package func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }

    package func isIsolatingCurrentContext() -> Bool? {
        DispatchQueue.getSpecific(key: key) == ObjectIdentifier(self)
    }
}
