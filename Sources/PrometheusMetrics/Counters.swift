package import Synchronization

/// How often something has happened since the start of the program, for each set of labels.
///
/// A mutex and not an actor: counting is a look-up and an addition, and whoever counts must not wait. What counts is
/// inlinable, so that it may be compiled for the labels that it is used with, which makes it two to three times as quick.
package final class Counters<Labels: LabelSet>: Sendable {
    private let name: String
    private let help: String
    @usableFromInline let counts = Mutex<[Labels: UInt64]>([:])

    /// - Parameter name: ends with `_total`.
    package init(_ name: String, help: String) {
        self.name = name
        self.help = help
    }

    /// Counts one.
    @inlinable package func count(_ labels: Labels) {
        counts.withLock { $0[labels, default: 0] += 1 }
    }

    /// Shows these from now on, with 0 until the first is counted: Prometheus sees a rise only from what it has seen.
    package func expect(_ labels: Labels) {
        counts.withLock { $0[labels, default: 0] += 0 }
    }

    /// - Parameter isShown: what is left out is still counted.
    package func family(where isShown: (Labels) -> Bool = { _ in true }) -> MetricFamily {
        // The copy is made when somebody counts meanwhile, so that nobody waits for the text.
        let samples = counts.withLock(\.self).sorted(where: isShown).map { labels, count in
            MetricFamily.Sample(Double(count), labels: labels)
        }
        return MetricFamily(name, .counter, help: help, samples)
    }
}
