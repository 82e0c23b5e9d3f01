import Availability
import ConfigurationFile

/// Exchange cannot call back, since nobody can wait for it.
struct CallbackFailure: ExplainedError {
    enum Cause {
        /// The certificate or its key cannot be used.
        case identity(String)
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
        case .address(let why):
            Diagnosis(
                id: "callback.address",
                summary: "Nobody can listen for callbacks on \(listen) (\(why)).",
                remedy: "Set callback_listen to a free port of an address that this machine has; "
                    + "`ss -ltnp` shows who listens where."
            )
        }
    }
}
