import Availability
import HTTPTransport

/// In whose name a request is made, and which of the servers behind the address it has to reach.
struct RequestAddress: Sendable {
    /// Who the account acts as; `nil` for itself.
    var impersonation: String?
    /// For requests that concern subscriptions.
    var route: NotificationRoute?

    /// What lets the front end find the right server without reading the body
    /// (<https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/how-to-maintain-affinity-between-group-of-subscriptions-and-mailbox-server>).
    var headers: [HTTPHeader] {
        var headers: [HTTPHeader] = []
        // A header has to be ASCII.
        if let anchor = route?.anchor.text ?? impersonation, anchor.utf8.allSatisfy({ $0 < 0x80 }) {
            headers.append(HTTPHeader("X-AnchorMailbox", anchor))
        }
        guard let route else { return headers }
        headers.append(HTTPHeader("X-PreferServerAffinity", "true"))
        if let cookie = route.affinity.flatMap(AffinityCookie.init(value:)) {
            headers.append(HTTPHeader("Cookie", cookie.text))
        }
        return headers
    }
}
