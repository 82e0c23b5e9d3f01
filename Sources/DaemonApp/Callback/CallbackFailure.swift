import Availability
import ConfigurationFile
import Foundation

/// Exchange cannot call back, since nobody can wait for it.
struct CallbackFailure: ExplainedError {
    enum Cause {
        /// The certificate or its key cannot be used.
        case identity(String)
        /// Somebody listens on the address already.
        case taken
        /// The address cannot be listened on.
        case address(String)
    }

    let listen: ListenAddress
    let cause: Cause

    var retry: RetryAdvice { .never }

    var diagnosis: Diagnosis {
        switch cause {
        case .identity(let why):
            Diagnosis(
                id: "callback.identity",
                summary: "The certificate for callbacks cannot be used (\(why)).",
                remedy: "callback_certificate must be a PEM file with the certificate and those between it and its "
                    + "authority, callback_private_key the PEM file of its key."
            )
        case .taken: unusable(String(cString: strerror(EADDRINUSE)))
        case .address(let why): unusable(why)
        }
    }

    private func unusable(_ why: String) -> Diagnosis {
        Diagnosis(
            id: "callback.address",
            summary: "Nobody can listen for callbacks on \(listen) (\(why)).",
            remedy: "Set callback_listen to a free port of an address that this machine has; "
                + "`ss -ltnp` shows who listens where."
        )
    }
}
