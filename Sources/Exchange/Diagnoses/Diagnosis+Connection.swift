import Availability

/// What can be wrong before a request reaches the server: its URL, the way to it, its certificate.
extension Diagnosis {
    // MARK: The URL

    static func malformedURL(_ url: String) -> Diagnosis {
        Diagnosis(
            id: "url.malformed",
            summary: "The URL “\(excerpt(url))” is not that of an EWS service.",
            remedy: "Set server to a host name or to the full form https://mail.example.com/ews/exchange.asmx, "
                + "without a user name or password in it."
        )
    }

    static func notHTTPS(_ url: String) -> Diagnosis {
        Diagnosis(
            id: "url.not-https",
            summary: "The URL “\(excerpt(url))” is plain http, which would send the password readable for everybody on "
                + "the way.",
            remedy: "Write https:// in server. Plain http is allowed to this machine only (loopback)."
        )
    }

    // MARK: The way to the server

    static func hostNotFound(_ host: String) -> Diagnosis {
        Diagnosis(
            id: "dns.host-not-found",
            summary: "No address was found for the host \(host).",
            remedy: "Check the spelling of server, and that the DNS servers of this machine have a record for \(host)."
        )
    }

    static func unreachable(_ host: String, how: String) -> Diagnosis {
        Diagnosis(
            id: "tcp.unreachable",
            summary: "No connection to \(host) could be made: \(how).",
            remedy: "Check that the server is up, that host and port in server are right, and that a firewall lets "
                + "this machine through to it (TCP 443 unless the URL says otherwise)."
        )
    }

    static func noAnswer(_ host: String, how: String) -> Diagnosis {
        Diagnosis(
            id: "server.no-answer",
            summary: "The server \(host) took the connection but gave no whole answer: \(how).",
            remedy: "Check the load of the Exchange server and of a proxy or load balancer before it. Look for the "
                + "request in the EWS log of the server."
        )
    }

    // MARK: TLS

    static func nameMismatch(_ host: String, _ names: [String]) -> Diagnosis {
        Diagnosis(
            id: "tls.name-mismatch",
            summary: "The certificate of the server is for \(list(names)) and not for \(host).",
            remedy: "Set server to one of the names of the certificate, or give the server a certificate for \(host)."
        )
    }

    static func addressNotInCertificate(_ host: String, _ names: [String]) -> Diagnosis {
        Diagnosis(
            id: "tls.ip-address",
            summary: "The server is addressed as \(host), but its certificate is for \(list(names)) and does not carry "
                + "that IP address.",
            remedy: "Set server to the host name that the certificate is for."
        )
    }

    static func certificateExpired(_ host: String) -> Diagnosis {
        Diagnosis(
            id: "tls.expired",
            summary: "The certificate of \(host) has expired by the clock of this machine.",
            remedy: "Renew the certificate on the server. Check the clock of this machine (timedatectl)."
        )
    }

    static func certificateNotYetValid(_ host: String) -> Diagnosis {
        Diagnosis(
            id: "tls.not-yet-valid",
            summary: "The certificate of \(host) is not yet valid by the clock of this machine.",
            remedy: "Check the clock of this machine (timedatectl). If it is right, renew the certificate."
        )
    }

    static func untrusted(_ host: String, why: String) -> Diagnosis {
        Diagnosis(
            id: "tls.untrusted",
            summary: "The certificate of \(host) is not trusted: \(why).",
            remedy: "Set ca_file to a PEM file with the certificate of the authority that signed it."
        )
    }

    static func handshakeFailed(_ host: String, code: Int32) -> Diagnosis {
        Diagnosis(
            id: "tls.handshake",
            summary: "The server \(host) and this machine could not agree on an encrypted connection "
                + "(libcurl \(code)).",
            remedy: "Check that the port in server is that of https and that the server offers TLS 1.2 or later."
        )
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "no name at all" : excerpt(names.joined(separator: ", "))
    }
}
