package import Foundation

/// Who counts what hooks deliver. Called with every delivery; must not block.
package protocol DeliveryMeter: Sendable {
    /// A hook has delivered an event.
    func delivered(_ entry: OutboxEntry, at time: Date)

    /// A hook has failed to. The same event may come again.
    func failed(_ entry: OutboxEntry, _ failure: HookFailure)

    /// A hook begins to be told the whole state once more.
    func resent(_ hook: String)
}

extension DeliveryMeter {
    /// Not everybody counts these.
    package func resent(_ hook: String) {}
}
