package import Synchronization

/// How many there are of something that comes and goes, for each set of labels. What can be looked up at the time of a
/// scrape needs none of these.
///
/// A mutex and not an actor, for the same reasons as ``Counters``.
package final class Gauges<Labels: LabelSet>: Sendable {
    private let name: String
    private let help: String
    @usableFromInline let values = Mutex<[Labels: Int]>([:])

    package init(_ name: String, help: String) {
        self.name = name
        self.help = help
    }

    /// So many more, or fewer. By 0 the labels are shown from now on.
    @inlinable package func change(_ labels: Labels, by difference: Int) {
        values.withLock { $0[labels, default: 0] += difference }
    }

    /// - Parameter isShown: what is left out is still kept.
    package func family(where isShown: (Labels) -> Bool = { _ in true }) -> MetricFamily {
        let samples = values.withLock(\.self).sorted(where: isShown).map { labels, value in
            MetricFamily.Sample(Double(value), labels: labels)
        }
        return MetricFamily(name, .gauge, help: help, samples)
    }
}
