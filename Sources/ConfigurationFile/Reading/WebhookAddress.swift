/// The key `url` of a webhook.
enum WebhookAddress {
    private static let model = "write a URL such as https://pbx.example.com/presence"

    /// The URL, its host as DNS has it. No message repeats a text with an `@` or a query: there may be a secret in it.
    static func checked(_ text: String) throws(Objection) -> String {
        guard !text.contains("@") else {
            throw WebAddress.malformed("user name and password are not sent, a signature is", model: model)
        }
        let query = text.firstIndex(of: "?").map { String(text[$0...]) } ?? ""
        guard query.allSatisfy({ ("!"..."~").contains($0) && $0 != "#" }) else {
            throw WebAddress.malformed("its query has characters that no URL has", model: model)
        }
        let address = try WebAddress(String(text.dropLast(query.count)), model: model)
        guard let scheme = address.scheme else {
            throw WebAddress.malformed("it does not begin with https://", model: model)
        }
        if scheme == .http, !address.isLoopback {
            throw Objection(
                "http would show everybody on the way who is where; write https, http is for loopback only",
                diagnosis: "url.not-https"
            )
        }
        return "\(scheme.rawValue)://\(address.host)\(address.port)\(address.path.isEmpty ? "/" : address.path)\(query)"
    }
}
