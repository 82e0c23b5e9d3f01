/// What `freebusyd check` finds, as one document.
package struct CheckReport: Codable, Hashable, Sendable {
    /// In the order in which they were taken.
    package var steps: [CheckStepReport]
    package var passed: Int
    /// Steps that found something wrong that keeps nothing from working.
    package var warned: Int
    package var failed: Int
    package var skipped: Int

    /// A report that counts its steps.
    package init(_ steps: [CheckStepReport]) {
        self.steps = steps
        passed = steps.count { $0.outcome == .passed }
        warned = steps.count { $0.outcome == .warned }
        failed = steps.count { $0.outcome == .failed }
        skipped = steps.count { $0.outcome == .skipped }
    }
}

/// One step of a check.
package struct CheckStepReport: Codable, Hashable, Sendable {
    /// What came of it.
    package enum Outcome: String, Codable, CaseIterable, Sendable {
        case passed, warned, failed, skipped
    }

    /// The connector's name; left out where the step concerns the whole configuration.
    package var connector: String?
    /// The user's address; left out where the step concerns no user.
    package var user: String?
    /// Such as `tls`, `login`, `calendar`.
    package var name: String
    package var outcome: Outcome
    /// In one line; of a skipped step, why it was not taken.
    package var seen: String
    /// The id of what is wrong; left out, as the next two, where nothing is.
    package var diagnosis: String?
    package var summary: String?
    package var remedy: String?
    /// How long it took; left out where it took no time of its own.
    package var milliseconds: Int?

    package init(
        connector: String?,
        user: String? = nil,
        name: String,
        outcome: Outcome,
        seen: String,
        diagnosis: String? = nil,
        summary: String? = nil,
        remedy: String? = nil,
        milliseconds: Int? = nil
    ) {
        self.connector = connector
        self.user = user
        self.name = name
        self.outcome = outcome
        self.seen = seen
        self.diagnosis = diagnosis
        self.summary = summary
        self.remedy = remedy
        self.milliseconds = milliseconds
    }
}
