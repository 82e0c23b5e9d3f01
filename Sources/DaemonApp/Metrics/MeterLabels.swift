import PrometheusMetrics

/// A request: whom it was sent to, what it asked, and how it ended.
struct RequestLabels: LabelSet {
    static let names = ["connector", "operation", "outcome"]

    var connector: String
    var operation: String
    /// `ok`, or the id of a diagnosis.
    var outcome: String

    var values: [String] { [connector, operation, outcome] }
}

/// A kind of request.
struct OperationLabels: LabelSet {
    static let names = ["connector", "operation"]

    var connector: String
    var operation: String

    var values: [String] { [connector, operation] }
}

/// A connector.
struct ConnectorLabels: LabelSet {
    static let names = ["connector"]

    var connector: String

    var values: [String] { [connector] }
}

/// A delivery: by whom, and how it ended.
struct DeliveryLabels: LabelSet {
    static let names = ["hook", "outcome"]

    var hook: String
    /// `ok`, or the id of a diagnosis.
    var outcome: String

    var values: [String] { [hook, outcome] }
}

/// A hook.
struct HookLabels: LabelSet {
    static let names = ["hook"]

    var hook: String

    var values: [String] { [hook] }
}
