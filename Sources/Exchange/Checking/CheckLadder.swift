/// Which steps are worth taking after what came of the others: a step that failed stops those that need it, and no others.
struct CheckLadder: Sendable {
    /// What stands in the way of whoever needs the step.
    private var obstacles: [CheckStep.Name: String] = [:]

    /// Why a step cannot be taken; `nil` where it can.
    func obstacle(to name: CheckStep.Name) -> String? {
        name.needs.lazy.compactMap { obstacles[$0] }.first
    }

    /// Notes what came of a step.
    mutating func note(_ name: CheckStep.Name, _ outcome: CheckStep.Outcome) {
        switch outcome {
        case .passed, .warned: break
        case .failed: obstacles[name] = "needs \(name.rawValue), which failed"
        // The step that is at the bottom of it.
        case .skipped: obstacles[name] = obstacle(to: name) ?? "needs \(name.rawValue), which was skipped"
        }
    }
}

extension CheckStep.Name {
    fileprivate var needs: [CheckStep.Name] {
        switch self {
        case .configuration: []
        case .search: [.configuration]
        case .name: [.configuration, .search]
        case .tcp: [.name]
        // Plain http to this machine has no TLS, and goes on without.
        case .tls: [.tcp]
        case .http: [.tcp, .tls]
        case .ews, .clock: [.http]
        case .schemes: [.ews]
        case .login: [.ews, .schemes]
        case .version, .mailbox: [.login]
        case .calendar, .impersonation: [.mailbox]
        case .reply, .subscription: [.impersonation]
        case .callback: [.subscription]
        }
    }
}
