import Availability
import ConfigurationFile

/// The control API cannot be had over TCP.
struct NetworkFailure: ExplainedError {
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
                id: "http.identity",
                summary: "The certificate of the API on \(listen) cannot be used (\(why)).",
                remedy: "In [http.tls], certificate must be a PEM file with the certificate and those between it and "
                    + "its authority, private_key the PEM file of its key."
            )
        case .address(let why):
            Diagnosis(
                id: "http.address",
                summary: "The API cannot listen on \(listen) (\(why)).",
                remedy: "Set listen in [http] to a free port of an address that this machine has; "
                    + "`ss -ltnp` shows who listens where."
            )
        }
    }
}
