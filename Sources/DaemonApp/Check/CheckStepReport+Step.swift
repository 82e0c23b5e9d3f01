package import Availability
import ConfigurationFile
package import ControlAPI
import Exchange

extension CheckStepReport {
    init(_ step: CheckStep) {
        self.init(
            connector: step.connector,
            user: step.user?.text,
            name: step.name.rawValue,
            outcome: Outcome(step.outcome),
            seen: step.seen,
            milliseconds: step.milliseconds
        )
        switch step.outcome {
        case .passed, .skipped: break
        case .warned(let diagnosis), .failed(let diagnosis): explain(diagnosis)
        }
    }

    /// A step before the first one: what is wrong with the configuration.
    package init(configuration seen: String, _ diagnosis: Diagnosis) {
        self.init(connector: nil, name: CheckStep.Name.configuration.rawValue, outcome: .failed, seen: seen)
        explain(diagnosis)
    }

    private mutating func explain(_ diagnosis: Diagnosis) {
        self.diagnosis = diagnosis.id
        summary = diagnosis.summary
        remedy = diagnosis.remedy
    }
}

extension CheckStepReport.Outcome {
    fileprivate init(_ outcome: CheckStep.Outcome) {
        switch outcome {
        case .passed: self = .passed
        case .warned: self = .warned
        case .failed: self = .failed
        case .skipped: self = .skipped
        }
    }
}
