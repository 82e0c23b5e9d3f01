import Foundation

/// The account that may ask.
struct BasicCredentials: Sendable {
    var username: String
    var password: String

    /// What a 401 offers.
    static let challenge = "Basic realm=\"exchange-simulator\""

    /// Whether an Authorization header shows this account; user names are compared without regard to case.
    func accepts(_ header: String?) -> Bool {
        guard let header, header.lowercased().hasPrefix("basic "),
            let bytes = Data(base64Encoded: header.dropFirst("basic ".count).trimmingCharacters(in: .whitespaces))
        else { return false }
        let parts = String(decoding: bytes, as: UTF8.self).split(
            separator: ":",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        return parts.count == 2 && parts[0].lowercased() == username.lowercased() && parts[1] == password
    }
}
