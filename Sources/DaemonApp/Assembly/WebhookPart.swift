import ConfigurationFile
import HTTPTransport
import Hooks

extension WebhookHook {
    /// As the configuration asks for it; nothing is connected yet.
    ///
    /// - Parameter keys: the first signs, and so does the one before it where there is one.
    convenience init(
        _ options: HookOptions,
        _ webhook: WebhookOptions,
        keys: [SigningKey],
        in surroundings: Surroundings
    ) {
        self.init(
            name: options.name,
            options: WebhookHook.Options(
                url: webhook.url,
                shownURL: webhook.shownURL,
                keys: keys,
                trust: TrustOptions(caFile: webhook.caFile, pinnedPublicKey: webhook.pinnedPublicKey),
                timeLimit: options.timeout,
                concurrencyLimit: options.concurrency
            ),
            clock: surroundings.scheduler
        )
    }
}
