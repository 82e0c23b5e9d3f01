import Availability
import Exchange
import HTTPTransport
import NameService
import Synchronization
import TestSupport

/// The steps that a check told of.
final class CheckRecord: Sendable {
    private let told = Mutex<[CheckStep]>([])

    var steps: [CheckStep] { told.withLock { $0 } }

    var listener: CheckListener { { step in self.told.withLock { $0.append(step) } } }

    /// Each as `name outcome`, with the id of what is wrong behind it.
    var lines: [String] {
        steps.map { step in
            switch step.outcome {
            case .passed: "\(step.name.rawValue) passed"
            case .warned(let diagnosis): "\(step.name.rawValue) warned \(diagnosis.id)"
            case .failed(let diagnosis): "\(step.name.rawValue) failed \(diagnosis.id)"
            case .skipped: "\(step.name.rawValue) skipped"
            }
        }
    }

    func line(_ name: CheckStep.Name) -> String? { lines.first { $0.hasPrefix("\(name.rawValue) ") } }

    func seen(_ name: CheckStep.Name) -> String { steps.first { $0.name == name }?.seen ?? "" }
}

/// Names as a test has them.
struct ScriptedHosts: HostNames {
    var known = ["mail.example.com": [HostAddress("192.0.2.10", .v4), HostAddress("2001:db8::10", .v6)]]

    func addresses(of host: String) async throws(NameServiceError) -> [HostAddress] {
        guard let addresses = known[host] else { throw .noSuchName }
        return addresses
    }
}

extension Given {
    /// Checks a connector up to its login.
    static func check(
        _ http: ScriptedHTTP,
        _ options: EWSConnectorOptions? = nil,
        scheme: String? = nil,
        obstacle: String? = nil,
        names: ScriptedHosts = ScriptedHosts()
    ) async throws -> (record: CheckRecord, ending: ConnectorCheck.Ending) {
        let record = CheckRecord()
        let connector = connector(http, try options ?? Given.options())
        let check = ConnectorCheck(
            connector,
            ConnectorCheck.Options(
                scheme: scheme,
                loginObstacle: obstacle,
                mailboxes: mailboxes("anna"),
                window: window
            ),
            hostNames: names,
            tell: record.listener
        )
        let ending = await check.run()
        return (record, ending)
    }
}
