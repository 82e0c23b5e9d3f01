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
        let address = try WebAddress(text, model: model)
        let rest = "://" + address.host + address.port + completed(address.path)
        if address.scheme == .http, !address.isLoopback {
            throw Objection(
                "http would send the password unprotected; write https\(rest), http is for loopback only",
                diagnosis: "url.not-https"
            )
        }
        return (address.scheme ?? .https).rawValue + rest
    }

    /// Adds what is missing of the way to EWS; another path is taken as it is.
    private static func completed(_ path: String) -> String {
        ["", "/", "/ews", "/ews/"].contains(path.lowercased()) ? Self.path : path
    }
}
