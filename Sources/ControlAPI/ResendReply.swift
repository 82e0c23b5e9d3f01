/// The answer to `POST /v1/hooks/resend` and `/v1/hooks/{name}/resend`.
package struct ResendReply: Codable, Hashable, Sendable {
    /// What one hook is told.
    package struct Hook: Codable, Hashable, Sendable {
        package var name: String
        /// How many users it is told of once more, besides those of whom something waits for it already.
        package var users: Int
        /// So many of them a second.
        package var perSecond: Int

        package init(name: String, users: Int, perSecond: Int) {
            self.name = name
            self.users = users
            self.perSecond = perSecond
        }

        private enum CodingKeys: String, CodingKey {
            case name, users
            case perSecond = "per_second"
        }
    }

    /// In the order of the configuration.
    package var hooks: [Hook]

    package init(hooks: [Hook]) { self.hooks = hooks }
}
