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
}
