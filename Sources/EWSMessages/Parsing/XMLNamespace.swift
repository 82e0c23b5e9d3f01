/// The namespaces of a response. Prefixes are the server's choice and mean nothing.
enum XMLNamespace: String, CaseIterable {
    /// SOAP 1.1, <https://www.w3.org/TR/2000/NOTE-SOAP-20000508/>.
    case soap = "http://schemas.xmlsoap.org/soap/envelope/"
    case messages = "http://schemas.microsoft.com/exchange/services/2006/messages"
    case types = "http://schemas.microsoft.com/exchange/services/2006/types"
    case errors = "http://schemas.microsoft.com/exchange/services/2006/errors"
    /// The children of a SOAP fault have no namespace.
    case none = ""
}
