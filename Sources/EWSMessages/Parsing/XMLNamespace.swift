/// The namespaces of a response. Prefixes are the server's choice and mean nothing.
enum XMLNamespace: String, CaseIterable {
    /// SOAP 1.1, <https://www.w3.org/TR/2000/NOTE-SOAP-20000508/>.
    case soap = "http://schemas.xmlsoap.org/soap/envelope/"
    case messages = "http://schemas.microsoft.com/exchange/services/2006/messages"
    case types = "http://schemas.microsoft.com/exchange/services/2006/types"
    case errors = "http://schemas.microsoft.com/exchange/services/2006/errors"
    /// SOAP Autodiscover.
    case autodiscover = "http://schemas.microsoft.com/exchange/2010/Autodiscover"
    /// POX Autodiscover: the frame, and the errors of who did not get as far as the account.
    case poxFrame = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"
    /// POX Autodiscover: what Outlook wants to know of an account.
    case poxOutlook = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
    /// The children of a SOAP fault have no namespace.
    case none = ""
}
