import Availability
import EWSMessages
import HTTPTransport

/// A server that will not speak EWS whatever its URL, told by what it answers: it is not supported, where one with another
/// URL would be.
struct ForeignServer: Hashable, Sendable {
    /// What it is, as the end of a sentence.
    let description: String

    var diagnosis: Diagnosis { .foreignServer(description) }

    private init(_ description: String) {
        self.description = description
    }

    /// A service that is known by its host name; `nil` for all others.
    ///
    /// Amazon WorkMail shows a part of EWS at `ews.mail.REGION.awsapps.com`
    /// (<https://docs.aws.amazon.com/workmail/latest/userguide/connect_mail_client.html>).
    init?(_ endpoint: EWSEndpoint) {
        guard endpoint.host.hasSuffix(".awsapps.com") else { return nil }
        self.init("is Amazon WorkMail, which has a part of EWS only")
    }

    /// What did not answer as EWS.
    init?(_ response: HTTPResponse, from endpoint: EWSEndpoint) {
        if let known = ForeignServer(endpoint) {
            self = known
        } else if let store = response.headers["MS-WebStorage"] {
            // The WebDAV of Exchange 2000 (6.0) and 2003 (6.5), which came before EWS.
            self.init("has the web store of Exchange 2000 or 2003 (MS-WebStorage \(excerpt(store)))")
        } else if Self.speaksActiveSync(response.headers), !Self.isExchange(response.headers) {
            self.init("speaks ActiveSync and is no Exchange")
        } else {
            return nil
        }
    }

    /// What did not answer in HTTP, told by how it greets, or by its port where that is one of mail.
    ///
    /// - Parameter opening: of its greeting, where it got that far: RFC 9051 (7.1), RFC 1939 (4), RFC 5321 (4.2).
    init?(notHTTPFrom endpoint: EWSEndpoint, opening: String = "") {
        if opening.hasPrefix("* OK") || opening.hasPrefix("* PREAUTH") || opening.hasPrefix("* BYE") {
            self.init("speaks IMAP at port \(endpoint.port)")
            return
        }
        if opening.hasPrefix("+OK") {
            self.init("speaks POP3 at port \(endpoint.port)")
            return
        }
        if opening.hasPrefix("220 ") || opening.hasPrefix("220-"), opening.uppercased().contains("SMTP") {
            self.init("speaks SMTP at port \(endpoint.port)")
            return
        }
        switch endpoint.port {
        case 143, 993: self.init("speaks IMAP at port \(endpoint.port)")
        case 110, 995: self.init("speaks POP3 at port \(endpoint.port)")
        case 25, 465, 587: self.init("speaks SMTP at port \(endpoint.port)")
        default: return nil
        }
    }

    /// (<https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-ashttp/6ba4775d-24c9-4132-b30e-1f86b1b3b868>)
    static func speaksActiveSync(_ headers: HTTPHeaders) -> Bool {
        ["MS-ASProtocolVersions", "MS-Server-ActiveSync"].contains { headers[$0] != nil }
    }

    /// Whether it is an Exchange all the same, at another of its URLs. Others that speak ActiveSync show none of these.
    private static func isExchange(_ headers: HTTPHeaders) -> Bool {
        ["X-FEServer", "X-BEServer", "X-CalculatedBETarget", "X-OWA-Version"].contains { headers[$0] != nil }
            || headers["Server"]?.hasPrefix("Microsoft-IIS") == true
    }
}
