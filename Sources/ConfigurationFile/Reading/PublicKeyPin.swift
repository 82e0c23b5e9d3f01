internal import Foundation

/// The key `pinned_public_key`: what the server's public key must be
/// (CURLOPT_PINNEDPUBLICKEY, https://curl.se/libcurl/c/CURLOPT_PINNEDPUBLICKEY.html).
enum PublicKeyPin {
    private static let prefix = "sha256//"
    /// Of SHA-256, in bytes.
    private static let length = 32
    /// How many keys are named at most: one in use, those to come.
    private static let most = 16

    /// One or several hashes, separated by semicolons.
    static func checked(_ text: String) throws(Objection) -> String {
        let pins = text.split(separator: ";", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
        guard pins.count <= most else { throw Objection("more than \(most) keys") }
        for pin in pins { try check(pin) }
        return pins.joined(separator: ";")
    }

    private static func check(_ pin: String) throws(Objection) {
        let model = "write \(prefix) and 44 characters of base64; several are separated by ;"
        guard pin.hasPrefix(prefix) else {
            throw Objection("\"\(pin)\" does not begin with \(prefix); \(model)")
        }
        let hash = pin.dropFirst(prefix.count)
        guard hash.utf8.count == 44, Data(base64Encoded: String(hash))?.count == length else {
            throw Objection("\"\(hash)\" is not the hash of a key; \(model)")
        }
    }
}
