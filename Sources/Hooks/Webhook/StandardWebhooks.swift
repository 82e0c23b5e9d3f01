import Foundation
import HTTPTransport

/// Signs messages as Standard Webhooks describes
/// (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>), by which a receiver knows
/// who sent a message, that it is whole, and that it is not an old one that somebody sends again.
enum StandardWebhooks {
    /// The three fields of the header.
    /// - Parameters:
    ///   - id: that of the event, the same in every attempt. Without a full stop in it, which separates what is signed.
    ///   - time: that of this attempt. Receivers refuse what is more than five minutes from their own clock.
    ///   - keys: each gives a signature; a receiver is content with one.
    /// - Returns: `nil` where a signature could not be made.
    static func fields(id: String, at time: Date, body: [UInt8], keys: [SigningKey]) -> [HTTPHeader]? {
        let seconds = "\(Int(time.timeIntervalSince1970))"
        let message = Array("\(id).\(seconds).".utf8) + body
        let codes = keys.compactMap { $0.authenticationCode(of: message) }
        guard codes.count == keys.count else { return nil }
        let signatures = codes.map { "v1,\(Data($0).base64EncodedString())" }
        return [
            HTTPHeader("webhook-id", id), HTTPHeader("webhook-timestamp", seconds),
            HTTPHeader("webhook-signature", signatures.joined(separator: " ")),
        ]
    }
}
