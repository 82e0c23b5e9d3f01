import ConfigurationFile
import ControlAPI
import Hooks

extension Integration {
    /// Has a hook told once more what everybody shows, or all hooks without a name.
    ///
    /// - Throws: a ``ControlProblem`` where there is no such hook, or an ``ExplainedError`` where the database fails; what
    ///   was begun by then goes on.
    func resend(_ name: String?) async throws -> ResendReply {
        guard let running else { throw ControlProblem.notRunning }
        let names = running.plan.parts.hooks.map(\.options.name)
        if let name, !names.contains(name) { throw ControlProblem.unknownHook(name) }
        let resends = try await running.dispatcher.resend(name.map { [$0] })
        let hooks = names.compactMap { name in resends.first { $0.hook == name } }
        return ResendReply(
            hooks: hooks.map { ResendReply.Hook(name: $0.hook, users: $0.users, perSecond: $0.perSecond) }
        )
    }
}
