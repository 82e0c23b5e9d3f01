package import Availability

/// `"pbx"` is a hook of this name and target that is told everything of everybody.
extension HookRegistration: ExpressibleByStringLiteral {
    package init(stringLiteral name: String) {
        self.init(name: name, target: name)
    }
}

extension PresenceStore {
    /// Records `updates`, the event of each for all of `hooks`.
    package func record(_ updates: [UserUpdate], for hooks: [String]) async throws(StoreFailure) {
        let told = updates.map { update in
            var told = update
            told.hooks = Dictionary(hooks.map { ($0, .change) }) { first, _ in first }
            return told
        }
        try await record(told)
    }
}
