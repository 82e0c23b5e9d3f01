import Availability
import ConfigurationFile
import Exchange

/// The callback address while a connector is checked, so that the server can call; nothing without `push`.
struct Doorbell: Sendable {
    private let listener: CallbackListener?
    let desk: CallbackDesk?
    /// Why nobody waits for calls; `nil` where somebody does, or nobody has to.
    let obstacle: String?
    /// What is wrong with the address or its certificate; `nil` where nothing is.
    let failure: Diagnosis?

    /// Opens the port, unless somebody has it.
    init(_ part: ConnectorPart, _ surroundings: Surroundings, patience: Double) async {
        guard let callback = part.options.callback, let inbox = part.inbox else {
            (listener, desk, obstacle, failure) = (nil, nil, nil, nil)
            return
        }
        do throws(CallbackFailure) {
            let listener = try CallbackListener(
                callback.listen,
                identity: callback.identity,
                inboxes: [inbox],
                logger: surroundings.logger
            )
            try await listener.start()
            self.listener = listener
            desk = CallbackDesk(part.source.arrivals(), scheduler: surroundings.scheduler, patience: patience)
            (obstacle, failure) = (nil, nil)
        } catch {
            (listener, desk) = (nil, nil)
            switch error.cause {
            case .taken:
                obstacle =
                    "\(callback.listen) is in use, by the running daemon most likely: `freebusyctl status` tells whether "
                    + "calls reach it"
                failure = nil
            case .address, .identity: (obstacle, failure) = ("needs callback_listen, which failed", error.diagnosis)
            }
        }
    }

    func close() async { await listener?.stop() }
}
