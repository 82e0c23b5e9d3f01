package import Foundation

/// The body of `PUT /v1/users/{address}/override`; the answer is the user's detail.
package struct OverrideRequest: Codable, Hashable, Sendable {
    /// `available`, `meeting` or `away`.
    package var presence: String
    /// `null`, or left out: until the next appointment starts.
    @OrNull package var until: Date?

    package init(presence: String, until: Date? = nil) {
        self.presence = presence
        self.until = until
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        presence = try container.decode(String.self, forKey: .presence)
        until = try container.decodeIfPresent(Date.self, forKey: .until)
    }

    private enum CodingKeys: String, CodingKey {
        case presence, until
    }
}
