internal import Foundation

/// The key `server`: a host name, an IP address or the full URL of EWS, made into that URL.
enum ServerAddress {
    /// Where Exchange has EWS unless told otherwise; letter case does not matter to it.
    static let path = "/EWS/Exchange.asmx"

    private static let model = "write a host name or a URL such as https://mail.example.com/ews/exchange.asmx"

    /// The URL of EWS. No message repeats a text with an `@`: it may hold a password.
    static func ewsURL(_ text: String) throws(Objection) -> String {
        guard !text.contains("@") else {
            throw WebAddress.malformed("user name and password belong in their own keys", model: model)
        }
        let text = tidied(text)
        let address = try WebAddress(text, model: model)
        if let neighbour = Neighbour(path: address.path) {
            let remedy =
                neighbour == .autodiscover
                ? "write the server's host name, or autodiscover = true instead"
                : "write https://\(address.host)\(address.port)\(path)"
            throw WebAddress.malformed("\"\(text)\" belongs to \(neighbour.words), not to EWS", model: remedy)
        }
        let rest = "://" + address.host + address.port + completed(address.path)
        if address.scheme == .http, !address.isLoopback {
            throw Objection(
                "http would send the password unprotected; write https\(rest), http is for loopback only",
                diagnosis: "url.not-https"
            )
        }
        return (address.scheme ?? .https).rawValue + rest
    }

    /// Without what comes along when an address is copied: blanks around it, a full stop, the backslashes of Windows, the
    /// `?wsdl` of a browser's address line.
    private static func tidied(_ text: String) -> String {
        var text = text.trimmingCharacters(in: .whitespacesAndNewlines).replacing("\\", with: "/")
        if text.hasPrefix("//") { text.removeFirst(2) }
        if text.lowercased().hasSuffix("?wsdl") { text.removeLast(5) }
        while text.hasSuffix(".") { text.removeLast() }
        return text
    }

    /// Adds what is missing of the way to EWS; another path is taken as it is.
    private static func completed(_ path: String) -> String {
        var path = path
        while path.hasSuffix("/") { path.removeLast() }
        return ["", "/ews", "/ews/services.wsdl"].contains(path.lowercased()) ? Self.path : path
    }
}

/// What else Exchange has beside EWS, and what people copy its address from
/// (https://learn.microsoft.com/exchange/clients/default-virtual-directory-settings).
private enum Neighbour: String, CaseIterable {
    case owa
    case ecp
    case activeSync = "microsoft-server-activesync"
    case autodiscover
    case mapi
    case rpc
    case oab
    case powershell

    /// - Parameter path: `nil` where it is of none of them.
    init?(path: String) {
        let folder = path.lowercased().split(separator: "/").first.map(String.init) ?? ""
        self.init(rawValue: folder)
    }

    /// As people know it.
    var words: String {
        switch self {
        case .owa: "Outlook on the web (OWA)"
        case .ecp: "the Exchange admin center (ECP)"
        case .activeSync: "ActiveSync"
        case .autodiscover: "Autodiscover"
        case .mapi, .rpc: "Outlook's own protocol"
        case .oab: "the offline address book"
        case .powershell: "PowerShell"
        }
    }
}
