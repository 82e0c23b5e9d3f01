import ConfigurationFile
import Hooks

extension ExecHook {
    /// As the configuration asks for it; nothing is run yet.
    convenience init(_ options: HookOptions, command: [String], in surroundings: Surroundings) {
        self.init(
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
    }
}
