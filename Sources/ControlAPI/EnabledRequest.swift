/// The body of `PUT /v1/enabled`, `/v1/connectors/{name}/enabled` and `/v1/users/{address}/enabled`.
package struct EnabledRequest: Codable, Hashable, Sendable {
    /// On or off; survives a restart.
    package var enabled: Bool

    package init(enabled: Bool) {
        self.enabled = enabled
    }
}
