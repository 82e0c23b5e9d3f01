import Availability

/// The control socket cannot be made, or could not be kept.
struct ControlSocketFailure: ExplainedError {
    enum Cause {
        case folder
        case notASocket
        case inUse
        /// The server on it ended with this error.
        case ended(String)
    }

    let path: String
    let cause: Cause

    var retry: RetryAdvice { .never }

    var diagnosis: Diagnosis {
        switch cause {
        case .folder:
            Diagnosis(
                id: "control.folder",
                summary: "The folder of the control socket \(path) cannot be made.",
                remedy: "Let systemd make it (RuntimeDirectory=freebusyd), or set control_socket in [service]."
            )
        case .notASocket:
            Diagnosis(
                id: "control.not-a-socket",
                summary: "What exists at \(path) is not a socket.",
                remedy: "Remove it, or set control_socket in [service]."
            )
        case .inUse:
            Diagnosis(
                id: "control.in-use",
                summary: "Another freebusyd answers on \(path).",
                remedy: "Stop it first (systemctl stop freebusyd), or set another control_socket in [service]."
            )
        case .ended(let error):
            Diagnosis(
                id: "control.ended",
                summary: "The control socket \(path) failed (\(error)).",
                remedy: "Let the user freebusyd runs as write to the folder of the socket, then start freebusyd again."
            )
        }
    }
}
