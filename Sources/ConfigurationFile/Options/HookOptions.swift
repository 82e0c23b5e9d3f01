package import Foundation

/// A table `[[hook]]`: one way to tell a telephone system.
package struct HookOptions: Hashable, Sendable {
    /// What the hook does with an event.
    package enum Action: Hashable, Sendable {
        /// Runs a program with its arguments; no shell is involved.
        case exec(command: [String])
    }

    /// The words of the key `kind`.
    package enum Kind: String, CaseIterable, Sendable {
        case exec
    }

    package var name: String
    package var action: Action
    /// How long one delivery may take, in seconds.
    package var timeout: TimeInterval = 10
    /// How many deliveries, each for another user, may be under way at once.
    package var concurrency = 4

    package init(name: String, action: Action) {
        self.name = name
        self.action = action
    }

    /// What `kind` said.
    package var kind: Kind {
        switch action {
        case .exec: .exec
        }
    }
}
