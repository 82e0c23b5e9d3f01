import ArgumentParser
import Availability
import ConfigurationFile
import ControlAPI
import ControlText
import DaemonApp
import Foundation

/// `freebusyd check`.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Try the way to Exchange step by step and say what is wrong and what to do.",
        discussion: """
            For each connector: the name, TCP, TLS, HTTP, whether EWS answers, which logins it offers, the login, the \
            version, the clock; then for each user the mailbox, the calendar, impersonation, the automatic reply, a \
            subscription, which is ended again, and with notification = "push" the first call of Exchange.

            A step that fails stops those that need it. A refused password is not sent again, also not for another \
            connector: accounts get locked. Everything before the login is done without it, but for the search of a server \
            with autodiscover.

            The daemon may run or not; it notices nothing. Members of groups ([[user_group]]) are not looked up: name one \
            with --user.

            Exit codes: 0 all is well, 1 something failed, 64 wrong usage, 78 mistakes in the configuration.
            """
    )

    @OptionGroup var file: ConfigurationOption

    @Option(help: ArgumentHelp("Only this connector, also where it is not enabled.", valueName: "name"))
    var connector: String?

    @Option(help: ArgumentHelp("Only for this user; with --connector anybody.", valueName: "address"))
    var user: String?

    @Option(help: ArgumentHelp("How long the first call of Exchange may take, with push.", valueName: "seconds"))
    var callbackWait = 90

    @Flag(help: "Print one JSON document for programs when all is done.")
    var json = false

    func validate() throws {
        guard 1...3_600 ~= callbackWait else { throw ValidationError("--callback-wait takes 1 to 3600 seconds.") }
        guard user == nil || address != nil else { throw ValidationError("--user takes an e-mail address.") }
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let configuration: Configuration
        do throws(ConfigurationErrors) {
            let daemon = ConfigurationEnvironment.daemon(credentialsDirectory: environment["CREDENTIALS_DIRECTORY"])
            let isOfService = environment["CREDENTIALS_DIRECTORY"] != nil
            configuration = try .load(path: file.config, environment: isOfService ? daemon : .system)
        } catch {
            throw refused(error)
        }
        let selection: CheckSelection
        do throws(CheckSelection.Mistake) {
            selection = try CheckSelection(of: configuration, connector: connector, user: address)
        } catch {
            Stop.say([error.description])
            throw ExitCode(EX_USAGE)
        }
        let desk = CheckDesk(users: selection.userCount, isQuiet: json)
        await DaemonApp.Check(selection, environment: environment, patience: Double(callbackWait))
            .run { await desk.take($0) }
        let report = await desk.finish()
        if json { try Stop.tell(json: report) }
        if report.failed > 0 { throw ExitCode.failure }
    }

    private var address: MailboxAddress? { user.flatMap(MailboxAddress.init) }

    /// The mistakes as steps for programs, as lines for a person.
    private func refused(_ errors: ConfigurationErrors) -> any Error {
        guard json else { return Stop.misconfigured(errors.mistakes.map(\.description)) }
        let steps = errors.mistakes.map { CheckStepReport(configuration: $0.description, $0.explanation) }
        do {
            try Stop.tell(json: CheckReport(steps))
        } catch {
            return error
        }
        return Stop.misconfigured([])
    }
}

/// Takes steps as they come: shows them to a person, or keeps them for the document.
private actor CheckDesk {
    private let isQuiet: Bool
    private let userCount: Int
    private var steps: [CheckStepReport] = []
    private var failed = 0
    private var text: CheckText

    init(users: Int, isQuiet: Bool) {
        self.isQuiet = isQuiet
        userCount = users
        text = CheckText(users: users)
    }

    func take(_ step: CheckStepReport) {
        guard !isQuiet else { return steps.append(step) }
        let shown = text.text(of: step)
        // Only whether there were any matters at the end.
        if step.outcome == .failed { steps = [step] }
        if !shown.lines.isEmpty { CheckTerminal.endProgress() }
        CheckTerminal.say(shown)
        if userCount > CheckText.fewUsers, step.user != nil {
            CheckTerminal.progress("\(text.usersSeen) of \(userCount) users")
        }
    }

    func finish() -> CheckReport {
        guard !isQuiet else { return CheckReport(steps) }
        CheckTerminal.endProgress()
        CheckTerminal.say(text.ending())
        return CheckReport(steps)
    }
}

/// Where the steps of a check go; nothing that would steer the terminal passes.
private enum CheckTerminal {
    /// Lines on standard output, seen at once; coloured where a person wants that.
    static func say(_ text: some TerminalText) {
        let environment = ProcessInfo.processInfo.environment
        let isColoured = ColourChoice.isColoured(isTerminal: isatty(STDOUT_FILENO) == 1, environment: environment)
        let lines = isColoured ? text.colouredLines : text.lines.map(\.printable)
        if !lines.isEmpty { Stop.tell(lines) }
    }

    /// Writes over the last line of standard error, where a person looks at it and the terminal can.
    static func progress(_ text: String) {
        guard isatty(STDERR_FILENO) == 1, ColourChoice.isSteerable(environment: ProcessInfo.processInfo.environment)
        else { return }
        FileHandle.standardError.write(Data("\r\(text)\u{1B}[K".utf8))
    }

    static func endProgress() { progress("") }
}

extension Stop {
    /// One document on standard output.
    fileprivate static func tell(json report: CheckReport) throws {
        tell([String(decoding: try ControlJSON.encode(report, pretty: true), as: UTF8.self).printableJSON])
    }
}
