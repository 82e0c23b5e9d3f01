import Availability
import ConfigurationFile
import Hooks

/// A hook that was built, and what it was built from.
struct HookPart: Sendable {
    let hook: any PresenceHook
    let options: HookOptions

    /// - Parameter publications: where hooks that publish keep what servers hold for them.
    /// - Throws: `PasswordError`, which only another configuration mends.
    init?(_ options: HookOptions, publications: any PublicationStore, in surroundings: Surroundings) throws {
        self.options = options
        switch options.action {
        case .exec(let command):
            hook = ExecHook(
                name: options.name,
                options: ExecHook.Options(
                    program: command.first ?? "",
                    arguments: Array(command.dropFirst()),
                    timeLimit: options.timeout,
                    concurrencyLimit: options.concurrency
                ),
                scheduler: surroundings.scheduler,
                logger: surroundings.logger
            )
        case .webhook, .sipPublish, .asterisk: return nil
        }
    }

    /// Whether a hook that is built anew would be the same: then the one that runs goes on, with its connections.
    func isSame(as other: HookPart) -> Bool { options == other.options }

    /// As the outbox is to know it.
    var registration: HookRegistration {
        HookRegistration(name: options.name, target: hook.target, audience: options.audience)
    }
}
