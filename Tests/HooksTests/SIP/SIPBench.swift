import Availability
import Foundation
import Logging
import NameService
import SIPMessages
import Synchronization
import TestSupport

@testable import Hooks

/// A hook `sip-publish` before a server of the tests' own, on a clock that stands.
final class SIPBench: Sendable {
    let scheduler = ManualScheduler(now: monday)
    let server: ScriptedSIPServer
    let store: MemoryPublications
    let book = LogBook()
    let hook: SIPPublishHook
    private let forgettings = Mutex(0)

    /// How often the hook said that the server has forgotten everything.
    var forgotten: Int { forgettings.withLock(\.self) }

    init(
        _ kind: ScriptedSIPServer.Kind = .udp,
        host: String = "127.0.0.1",
        publications: [Publication] = [],
        change: (inout SIPPublishHook.Options) -> Void = { _ in }
    ) async throws {
        server = try await ScriptedSIPServer(kind)
        store = MemoryPublications(publications)
        let transport: SIPTransport =
            switch kind {
            case .udp: .udp
            case .tcp: .tcp
            case .tls: .tls
            }
        var options = SIPPublishHook.Options(
            host: host,
            port: UInt16(server.port),
            transport: transport,
            presentity: Presentity("sip:{extension}@pbx.example.com")
        )
        change(&options)
        hook = SIPPublishHook(
            name: "phones",
            options: options,
            store: store,
            names: NameService(),
            scheduler: scheduler,
            logger: book.logger
        )
    }

    /// Starts the hook.
    func start() async {
        await hook.start { [weak self] in self?.forgettings.withLock { $0 += 1 } }
    }

    /// The failure of a delivery, or `nil` where there was none.
    func failure(of event: PresenceEvent) async -> HookFailure? {
        do {
            try await hook.deliver(event)
            return nil
        } catch {
            return error
        }
    }

    /// Waits until it is so. Other threads do their part; the clock of the tests does not move.
    func until(_ isSo: @Sendable () -> Bool) async {
        while !isSo() { await Task.yield() }
    }

    /// Waits until a request has been sent and waits for its answer on the clock.
    func untilAsked() async {
        await until { self.scheduler.deadlines.keys.contains { $0.hasPrefix("sip: timer f") } }
    }

    /// Moves the clock in small steps, and lets what falls due be refreshed at each.
    func advance(by seconds: TimeInterval, until isSo: () -> Bool = { false }) async {
        let end = scheduler.now.addingTimeInterval(seconds)
        while scheduler.now < end, !isSo() {
            await scheduler.advance(by: 1)
            await hook.untilQuiet()
        }
    }

    /// When something is refreshed next; `nil` where nothing waits for it.
    var refreshTime: Date? {
        scheduler.deadlines.first { $0.key.hasPrefix("sip-publish phones") && $0.key.hasSuffix(": refresh") }?.value
    }
}
