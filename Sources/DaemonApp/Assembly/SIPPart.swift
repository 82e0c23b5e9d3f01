import Availability
import ConfigurationFile
import Glibc
import HTTPTransport
import Hooks
import NameService
import SIPMessages

extension SIPPublishHook {
    /// As the configuration asks for it; nothing is sent yet.
    init(
        _ options: HookOptions,
        _ sip: SIPPublishOptions,
        password: Secret?,
        publications: any PublicationStore,
        in surroundings: Surroundings
    ) {
        var server = SIPPublishHook.Options(
            host: sip.host,
            port: sip.port,
            transport: sip.transport.map(SIPTransport.init),
            presentity: Presentity(sip.presentity)
        )
        if let username = sip.username, let password {
            server.credentials = Credentials(username: username, password: password)
        }
        server.expires = sip.expires
        server.note = Note(sip.announcement)
        server.caFile = sip.caFile
        server.timeLimit = options.timeout
        server.concurrencyLimit = options.concurrency
        server.machine = Self.machine
        self.init(
            name: options.name,
            options: server,
            store: publications,
            names: NameService(),
            scheduler: surroundings.scheduler,
            logger: surroundings.logger
        )
    }
}

extension SIPPublishHook {
    /// The name of this machine, as it calls itself.
    private static var machine: String {
        var name = [CChar](repeating: 0, count: Int(HOST_NAME_MAX) + 1)
        gethostname(&name, name.count - 1)
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

extension SIPTransport {
    fileprivate init(_ transport: SIPPublishOptions.Transport) {
        switch transport {
        case .udp: self = .udp
        case .tcp: self = .tcp
        case .tls: self = .tls
        }
    }
}

extension SIPPublishHook.Note {
    fileprivate init(_ choice: AnnouncementChoice) {
        switch choice {
        case .internal: self = .internalText
        case .external: self = .externalText
        case .none: self = .none
        }
    }
}
