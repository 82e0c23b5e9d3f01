package import Foundation

/// The rhythms of subscriptions, all in seconds.
package struct SubscriptionTempo: Hashable, Sendable {
    /// How often each mailbox is asked for by `pull`.
    package var pollInterval: TimeInterval
    /// After how long without a call a subscription made by `push` counts as dead: twice the rhythm that the server was
    /// asked to keep.
    package var pushSilence: TimeInterval
    /// For how long a method that did not work is left alone before it is tried again; doubles up to a day.
    package var methodRetry: TimeInterval

    package init(pollInterval: TimeInterval = 60, pushSilence: TimeInterval = 600, methodRetry: TimeInterval = 3_600) {
        self.pollInterval = pollInterval
        self.pushSilence = pushSilence
        self.methodRetry = methodRetry
    }
}
