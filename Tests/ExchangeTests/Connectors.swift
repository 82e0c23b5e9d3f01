import Availability
import Exchange
import HTTPTransport
import Logging
import TestSupport

/// What the tests of the connector share.
enum Given {
    static let now = time("2026-11-22T10:00:00Z")
    static let window = TimeWindow(start: time("2026-11-22T00:00:00Z"), end: time("2026-11-30T00:00:00Z"))

    static func options(
        url: String = "https://mail.example.com/EWS/Exchange.asmx",
        access: EWSConnectorOptions.Access = .impersonation,
        readsDetails: Bool = false
    ) throws -> EWSConnectorOptions {
        EWSConnectorOptions(
            name: "head-office",
            place: NamedPlace(try EWSEndpoint(url: url)),
            login: PasswordLogin(user: "service@example.com", password: Secret("correct horse")),
            access: access,
            readsDetails: readsDetails
        )
    }

    static func connector(
        _ http: ScriptedHTTP,
        access: EWSConnectorOptions.Access = .impersonation,
        readsDetails: Bool = false,
        instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) throws -> EWSConnector {
        connector(http, try options(access: access, readsDetails: readsDetails), instant: instant)
    }

    static func connector(
        _ http: ScriptedHTTP,
        _ options: EWSConnectorOptions,
        random: @escaping @Sendable (ClosedRange<Int>) -> Int = { $0.lowerBound },
        instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) -> EWSConnector {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let clock = ManualScheduler(now: now)
        return EWSConnector(options, http: http, logger: logger, clock: clock, instant: instant, random: random)
    }

    static func mailboxes(_ names: String...) -> [MailboxAddress] {
        names.compactMap { MailboxAddress("\($0)@example.com") }
    }
}

extension EWSConnector {
    /// The failure of reading one calendar as a whole; `nil` where there was none.
    func failure() async -> SourceFailure? {
        do {
            _ = try await readBusyTimes(of: Given.mailboxes("anna"), within: Given.window)
            return nil
        } catch {
            return error
        }
    }
}
