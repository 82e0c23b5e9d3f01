import ArgumentParser
import ExchangeSimulator
import Foundation
import Logging

@main
struct ExchangeSimulatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exchange-simulator",
        abstract: "An Exchange server (EWS) for demonstration and tests, fed from calendar files.",
        discussion: """
            Answers GetUserAvailability, GetUserOofSettings, SetUserOofSettings, GetServerTimeZones, ExpandDL, and for \
            notifications (streaming, pull and push) Subscribe, GetEvents, GetStreamingEvents and Unsubscribe, under \
            /EWS/Exchange.asmx. When clients can connect it prints the URL as its first line. Under /_sim/ it can be \
            steered from the same machine: appointments booked, moved and cancelled, groups made, streams disturbed, \
            errors provoked, requests counted; examples/calendars/README.md tells how.

            Example: exchange-simulator --plain --port 8080 --calendars examples/calendars
            """
    )

    @Option(help: "Address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "Port to listen on; 0 lets the system choose one.")
    var port = 0

    @Flag(help: "Plain HTTP instead of HTTPS; only on a loopback address.")
    var plain = false

    @Option(help: ArgumentHelp("Certificate chain for HTTPS, PEM.", valueName: "file"))
    var certificate: String?

    @Option(help: ArgumentHelp("Private key of the certificate, PEM.", valueName: "file"))
    var privateKey: String?

    @Option(help: ArgumentHelp("Folder of ADDRESS.ics files and automatic-replies.json.", valueName: "folder"))
    var calendars: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Move calendars by whole weeks: a number, or 'auto' for the coming days.",
            valueName: "weeks"
        )
    )
    var shiftWeeks = WeekShift.weeks(0)

    @Option(
        help: ArgumentHelp("Made-up mailboxes user0001@example.com … beside those of the folder.", valueName: "count")
    )
    var mailboxes = 0

    @Option(help: ArgumentHelp("Appointments of each made-up mailbox in the coming seven days.", valueName: "count"))
    var appointments = 20

    @Option(help: "Service account, which may impersonate every mailbox.")
    var username = "service@example.com"

    @Option(
        help: ArgumentHelp(
            "File with its password on one line; without it the password is 'secret'.",
            valueName: "file"
        )
    )
    var passwordFile: String?

    @Option(name: .customLong("version"), help: "Which Exchange to be.")
    var product = ExchangeProduct.subscriptionEdition

    @Option(help: ArgumentHelp("Send a StatusEvent through a quiet stream this often.", valueName: "seconds"))
    var heartbeat = 45.0

    @Option(help: ArgumentHelp("Subscriptions that one mailbox may have.", valueName: "count"))
    var subscriptionsPerMailbox = 20

    @Option(help: ArgumentHelp("How long a streaming subscription lives without a stream.", valueName: "seconds"))
    var subscriptionLifetime = 1800.0

    @Option(
        help: ArgumentHelp(
            "Servers behind the address; a subscription is known to the one that made it.",
            valueName: "count"
        )
    )
    var backends = 1

    @Option(
        help: ArgumentHelp(
            "Try a push that failed again after so long, then after twice as long, and so on up to its StatusFrequency.",
            valueName: "seconds"
        )
    )
    var pushRetry = 30.0

    @Option(
        help: ArgumentHelp(
            "How long a minute of Timeout, ConnectionTimeout and StatusFrequency lasts: less makes tests fast.",
            valueName: "seconds"
        )
    )
    var minute = 60.0

    @Option(
        name: .customLong("callback-ca"),
        help: ArgumentHelp(
            "Authorities whose certificates push clients may show, PEM; without it the system's.",
            valueName: "file"
        )
    )
    var callbackAuthority: String?

    func validate() throws {
        guard plain != (certificate != nil || privateKey != nil), plain || (certificate != nil && privateKey != nil)
        else {
            throw ValidationError("Give either --plain, or --certificate and --private-key.")
        }
        guard !plain || ["127.0.0.1", "::1", "localhost"].contains(host) else {
            throw ValidationError("--plain is only for a loopback address: passwords would travel readable.")
        }
        guard (0...65_535).contains(port) else { throw ValidationError("--port is 0 to 65535.") }
        guard (0...100_000).contains(mailboxes), (0...1_000).contains(appointments) else {
            throw ValidationError("At most 100000 mailboxes with 1000 appointments each.")
        }
        guard (0.01...3_600).contains(heartbeat), (0.01...86_400).contains(subscriptionLifetime) else {
            throw ValidationError("--heartbeat is 0.01 to 3600 seconds, --subscription-lifetime 0.01 to 86400.")
        }
        guard (0.01...3_600).contains(pushRetry), (0.01...60).contains(minute) else {
            throw ValidationError("--push-retry is 0.01 to 3600 seconds, --minute 0.01 to 60.")
        }
        guard (0...100_000).contains(subscriptionsPerMailbox), (1...100).contains(backends) else {
            throw ValidationError("At most 100000 subscriptions per mailbox; 1 to 100 back ends.")
        }
    }

    func run() async throws {
        var logger = Logger(label: "exchange-simulator") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        let simulator = try await Simulator(try options(), logger: logger)
        try await simulator.run(stopsOnSignals: true) { url in
            print(url)
            // Whoever started us waits for this line, also through a pipe.
            fflush(nil)
        }
    }

    private func options() throws -> SimulatorOptions {
        var options = SimulatorOptions()
        options.host = host
        options.port = port
        if let certificate, let privateKey {
            options.transport = .tls(certificate: certificate, privateKey: privateKey)
        }
        options.product = product
        options.username = username
        if let passwordFile {
            guard let text = try? String(contentsOfFile: passwordFile, encoding: .utf8) else {
                throw ValidationError("\(passwordFile): cannot be read")
            }
            options.password = text.trimmingCharacters(in: .newlines)
        }
        options.calendars = calendars
        options.shift = shiftWeeks
        options.syntheticMailboxes = mailboxes
        options.syntheticAppointments = appointments
        options.heartbeatSeconds = heartbeat
        options.subscriptionsPerMailbox = subscriptionsPerMailbox
        options.subscriptionSeconds = subscriptionLifetime
        options.backEnds = backends
        options.pushRetrySeconds = pushRetry
        options.minuteSeconds = minute
        options.callbackAuthority = callbackAuthority
        return options
    }
}
