import Availability
import ConfigurationFile
package import ControlAPI
import Exchange
import HTTPTransport
import Logging
import NameService
import PresenceEngine

/// `freebusyd check`: walks the way of each connector as the daemon would, and tells of each step. Reads no state of the
/// daemon and writes none; what it subscribes to, it ends.
package struct Check: Sendable {
    /// Where what is found goes, step by step.
    package typealias Listener = @Sendable (CheckStepReport) async -> Void

    private let selection: CheckSelection
    private let patience: Double
    private let surroundings: Surroundings

    /// - Parameters:
    ///   - environment: of the process; `$CREDENTIALS_DIRECTORY` is honoured.
    ///   - patience: seconds that the first call of a server may take, with `push`.
    package init(_ selection: CheckSelection, environment: [String: String], patience: Double) {
        self.selection = selection
        self.patience = patience
        surroundings = Surroundings(
            scheduler: DispatchScheduler(),
            meters: Meters(),
            client: HTTPClient(),
            credentialsDirectory: environment["CREDENTIALS_DIRECTORY"],
            // Whatever is worth saying is a step.
            logger: Logger(label: "freebusyd.check") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Takes all steps, one connector after the other: so no password is tried twice that was refused once.
    package func run(_ listener: @escaping Listener) async {
        let tell: CheckListener = { await listener(CheckStepReport($0)) }
        guard !selection.choices.isEmpty else {
            return await listener(CheckStepReport(configuration: "no connector is enabled", .notSetUp))
        }
        var refused = RefusedLogins()
        for choice in selection.choices { await check(choice, &refused, tell) }
        await surroundings.client.shutDown()
    }

    private func check(
        _ choice: CheckSelection.Choice,
        _ refused: inout RefusedLogins,
        _ tell: @escaping CheckListener
    ) async {
        let name = choice.options.name
        let part: ConnectorPart
        do {
            part = try ConnectorPart(choice.options.forCheck, in: surroundings, endsAtFirstCall: true)
        } catch {
            guard let error = error as? any ExplainedError else { return }
            return await tell(
                CheckStep(
                    connector: name,
                    name: .configuration,
                    outcome: .failed(error.diagnosis),
                    seen: error.diagnosis.summary
                )
            )
        }
        let connector = part.source
        await tell(
            CheckStep(connector: name, name: .configuration, outcome: .passed, seen: choice.description)
        )
        let window = TimeWindow.anchored(at: surroundings.scheduler.now, days: 7)
        let first = Array(choice.mailboxes.prefix(connector.batchLimit))
        let walk = ConnectorCheck(
            connector,
            ConnectorCheck.Options(
                scheme: choice.options.authentication.onlyScheme,
                loginObstacle: refused.obstacle(to: part),
                mailboxes: first.isEmpty ? choice.strangers : first,
                window: window
            ),
            hostNames: NameService(),
            tell: tell
        )
        switch await walk.run() {
        case .stopped: break
        case .refused(let failure):
            if failure.retry == .never { refused.note(part) }
        case .letIn(let calendars):
            guard !first.isEmpty else { return }
            await checkUsers(of: part, choice.mailboxes, first: calendars, within: window, tell)
        }
    }

    private func checkUsers(
        of part: ConnectorPart,
        _ mailboxes: [MailboxAddress],
        first calendars: Result<[BusyTimesReading], SourceFailure>,
        within window: TimeWindow,
        _ tell: @escaping CheckListener
    ) async {
        let doorbell = await Doorbell(part, surroundings, patience: patience)
        if let failure = doorbell.failure {
            let connector = part.options.name
            await tell(
                CheckStep(connector: connector, name: .callback, outcome: .failed(failure), seen: failure.summary)
            )
        }
        let users = UserCheck(
            part.source,
            within: window,
            desk: doorbell.desk,
            callbackObstacle: doorbell.obstacle,
            tell: tell
        )
        var known: Result<[BusyTimesReading], SourceFailure>? = calendars
        var rest = mailboxes[...]
        while !rest.isEmpty {
            let together = Array(rest.prefix(part.source.batchLimit))
            rest = rest.dropFirst(together.count)
            await users.run(together, calendars: known)
            known = nil
        }
        await doorbell.close()
    }
}

/// Logins that a server refused for good.
private struct RefusedLogins {
    private struct Login: Hashable {
        var account: String
        var secrets: ConnectorSecrets

        init(_ part: ConnectorPart) {
            account = part.options.login.lowercased()
            secrets = part.secrets
        }
    }

    private var names: [Login: String] = [:]

    mutating func note(_ part: ConnectorPart) { names[Login(part)] = part.options.name }

    /// Whichever server it was: behind several of them there may be the same directory, which counts.
    func obstacle(to part: ConnectorPart) -> String? {
        names[Login(part)].map { "not tried: the same account and password were refused for connector \($0)" }
    }
}

extension ConnectorOptions {
    /// The server is to call soon, and nobody waits for what comes later.
    fileprivate var forCheck: ConnectorOptions {
        var options = self
        options.callback?.statusFrequencyInMinutes = 1
        return options
    }
}

extension ConnectorOptions.Authentication {
    /// As servers name it; `nil` where there is a choice, or where servers need not offer it to take it.
    fileprivate var onlyScheme: String? {
        switch self {
        case .auto, .oauth2: nil
        case .basic, .ntlm, .negotiate: rawValue
        }
    }
}

extension CheckSelection.Choice {
    /// In a line.
    fileprivate var description: String {
        let account = options.login.isEmpty ? "an application" : options.login
        return "as \(account), for \(mailboxes.count) user\(mailboxes.count == 1 ? "" : "s")"
    }

    /// Whom to ask for where there are no users, so that the login is tried all the same: the account itself, or somebody
    /// whom no server has (RFC 2606, 2).
    fileprivate var strangers: [MailboxAddress] {
        [options.ownAddress ?? MailboxAddress("nobody@example.invalid")].compactMap(\.self)
    }
}
