import Availability
import ConfigurationFile
import Hooks

/// What the dispatcher and whoever looks at it need to know of hooks besides the hooks themselves; all by name.
extension IntegrationParts {
    /// How each is told the whole state once more.
    var resending: [String: ResendOptions] {
        let staleAfter = configuration.presence.staleAfter
        let options = hooks.map(\.options).map { options in
            let resending = ResendOptions(
                perSecond: options.resendRate,
                afterOutage: options.resendAfterOutage,
                staleAfter: staleAfter
            )
            return (options.name, resending)
        }
        return Dictionary(options) { first, _ in first }
    }

    /// Whom each tells.
    var hookTargets: [String: String] {
        Dictionary(hooks.map { ($0.options.name, $0.hook.target) }) { first, _ in first }
    }
}
