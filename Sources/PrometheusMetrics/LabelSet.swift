/// The labels of a metric as a type, so that none is forgotten or misspelt where something is counted.
///
/// Each combination that was ever counted is kept, so what goes in must be of a bounded number: names from the
/// configuration, operations, identifiers of diagnoses; never a user.
package protocol LabelSet: Hashable, Sendable {
    /// In the order in which they are written.
    static var names: [String] { get }

    /// The values of this set, in the order of `names`.
    var values: [String] { get }
}

extension LabelSet {
    var labels: [MetricFamily.Label] { zip(Self.names, values).map { MetricFamily.Label($0, $1) } }
}

extension Dictionary where Key: LabelSet {
    /// Those that are to be shown, in an order that does not change from scrape to scrape.
    func sorted(where isShown: (Key) -> Bool) -> [(labels: [MetricFamily.Label], value: Value)] {
        filter { isShown($0.key) }
            .sorted { $0.key.values.lexicographicallyPrecedes($1.key.values) }
            .map { ($0.key.labels, $0.value) }
    }
}
