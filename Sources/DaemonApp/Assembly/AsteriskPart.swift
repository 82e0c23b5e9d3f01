import Availability
import ConfigurationFile
import Foundation
import HTTPTransport
import Hooks
import NameService

extension AsteriskHook {
    /// As the configuration asks for it; nothing is connected yet.
    init(_ options: HookOptions, _ asterisk: AsteriskOptions, secret: Secret, in surroundings: Surroundings) {
        self.init(
            name: options.name,
            options: AsteriskHook.Options(
                host: asterisk.host,
                port: asterisk.port,
                isSecured: asterisk.transport == .tls,
                caFile: asterisk.caFile,
                login: asterisk.authentication == .plain ? .plain : .challenge,
                username: asterisk.username,
                secret: secret,
                telling: StateTelling(
                    presenceState: asterisk.presenceState,
                    deviceState: asterisk.deviceState,
                    audience: StateTelling.Audience(asterisk.announcement)
                ),
                timeLimit: options.timeout,
                concurrencyLimit: options.concurrency
            ),
            names: NameService(),
            scheduler: surroundings.scheduler,
            logger: surroundings.logger
        )
    }
}

extension StateTelling.Audience {
    fileprivate init?(_ choice: AnnouncementChoice) {
        switch choice {
        case .internal: self = .colleagues
        case .external: self = .callers
        case .none: return nil
        }
    }
}
