import Availability
import ConfigurationFile
import Foundation
import HTTPTransport
import Hooks

/// A hook that was built, and what it was built from.
struct HookPart: Sendable {
    let hook: any PresenceHook
    let options: HookOptions
    /// What of it is secret, as it was when the hook was built.
    private let secrets: [Secret]

    /// - Parameter publications: where hooks that publish keep what servers hold for them.
    /// - Throws: `PasswordError` or `SigningKeyError`, which only another configuration mends.
    init(_ options: HookOptions, publications: any PublicationStore, in surroundings: Surroundings) throws {
        self.options = options
        switch options.action {
        case .exec(let command):
            secrets = []
            hook = ExecHook(options, command: command, in: surroundings)
        case .webhook(let webhook):
            let keys = try [webhook.secret, webhook.previousSecret].compactMap(\.self).map { source in
                try source.readSigningKey(credentialsDirectory: surroundings.credentialsDirectory)
            }
            secrets = keys.map { Secret(Data($0).base64EncodedString()) }
            hook = WebhookHook(options, webhook, keys: keys.map { SigningKey($0) }, in: surroundings)
        case .asterisk(let asterisk):
            let secret = Secret(
                try asterisk.secret.readPassword(credentialsDirectory: surroundings.credentialsDirectory)
            )
            secrets = [secret]
            hook = AsteriskHook(options, asterisk, secret: secret, in: surroundings)
        case .sipPublish(let sip):
            let password = try sip.password.map { source in
                Secret(try source.readPassword(credentialsDirectory: surroundings.credentialsDirectory))
            }
            secrets = [password].compactMap(\.self)
            hook = SIPPublishHook(options, sip, password: password, publications: publications, in: surroundings)
        }
    }

    /// The same with the hook that runs, where one that is built anew would be no other: it goes on, with its connections.
    /// Of whom it is told, and at what pace, is no business of the hook.
    func keeping(_ running: HookPart?) -> HookPart {
        guard let running, options.ofHook == running.options.ofHook, secrets == running.secrets else { return self }
        return HookPart(hook: running.hook, options: options, secrets: secrets)
    }

    private init(hook: any PresenceHook, options: HookOptions, secrets: [Secret]) {
        self.hook = hook
        self.options = options
        self.secrets = secrets
    }

    /// As the outbox is to know it.
    var registration: HookRegistration {
        HookRegistration(name: options.name, target: hook.target, manner: hook.manner, audience: options.audience)
    }
}

extension HookOptions {
    /// What of them the hook itself is made of.
    fileprivate var ofHook: HookOptions {
        var options = HookOptions(name: name, action: action)
        options.timeout = timeout
        options.concurrency = concurrency
        return options
    }
}
