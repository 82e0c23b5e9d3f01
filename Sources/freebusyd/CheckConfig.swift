import ArgumentParser
import Availability
import ConfigurationFile
import ControlAPI
import ControlText
import DaemonApp
import Foundation

/// `freebusyd check-config`.
struct CheckConfig: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a configuration file and say what it means; report every mistake with its place.",
        discussion: """
            With --dry-run it says whose presence the rules of [presence] would change if the file were loaded now, from \
            what the daemon has stored, and which users would come or go. The daemon may run meanwhile; nothing is changed.
            """
    )

    @OptionGroup var file: ConfigurationOption

    @Flag(help: "Say what the file would change, beside what is stored now.")
    var dryRun = false

    @Flag(help: "Print what --dry-run finds as JSON for programs.")
    var json = false

    func validate() throws {
        guard dryRun || !json else { throw ValidationError("--json goes with --dry-run.") }
    }

    func run() async throws {
        let configuration: Configuration
        do throws(ConfigurationErrors) {
            configuration = try Configuration.load(path: file.config)
        } catch {
            throw Stop.misconfigured(error.mistakes.map(\.description))
        }
        if dryRun { try await tryOut(configuration) } else { Stop.tell(configuration.summary) }
        // What is wrong and does no harm: the rest is used.
        Stop.say(configuration.warnings.map(\.description))
    }

    private func tryOut(_ configuration: Configuration) async throws {
        let report: DryRunReport
        do throws(StoreFailure) {
            report = try await DryRun(configuration, environment: ProcessInfo.processInfo.environment)
                .report(at: Date(), zone: .current)
        } catch {
            throw Stop.failed(["\(error.diagnosis.summary) \(error.diagnosis.remedy)"])
        }
        guard json else { return Stop.tell(DryRunText(report).lines) }
        Stop.tell([String(decoding: try ControlJSON.encode(report, pretty: true), as: UTF8.self)])
    }
}
