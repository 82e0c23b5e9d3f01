package import Synchronization

/// How observed values are spread over fixed buckets, for each set of labels.
///
/// A mutex and not an actor, for the same reasons as ``Counters``.
package final class Histograms<Labels: LabelSet>: Sendable {
    @usableFromInline struct Spread {
        /// Of each bucket alone; the last is for what is above all bounds.
        @usableFromInline var counts: [UInt64]
        @usableFromInline var sum = 0.0

        @usableFromInline init(buckets: Int) {
            counts = Array(repeating: 0, count: buckets)
        }
    }

    private let name: String
    private let help: String
    @usableFromInline let bounds: [Double]
    @usableFromInline let spreads = Mutex<[Labels: Spread]>([:])

    /// - Parameter bounds: the largest value of each bucket, rising; what is above the last is counted as well.
    package init(_ name: String, help: String, bounds: [Double]) {
        self.name = name
        self.help = help
        self.bounds = bounds
    }

    /// Takes in one value.
    @inlinable package func observe(_ value: Double, _ labels: Labels) {
        // A dozen bounds: from the front is as quick as by halves.
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        spreads.withLock { spreads in
            spreads[labels, default: Spread(buckets: bounds.count + 1)].counts[bucket] += 1
            spreads[labels]?.sum += value
        }
    }

    /// Shows these from now on, empty until the first value comes.
    package func expect(_ labels: Labels) {
        spreads.withLock { spreads in
            if spreads[labels] == nil { spreads[labels] = Spread(buckets: bounds.count + 1) }
        }
    }

    /// - Parameter isShown: what is left out is still kept.
    package func family(where isShown: (Labels) -> Bool = { _ in true }) -> MetricFamily {
        let samples = spreads.withLock(\.self).sorted(where: isShown).flatMap(samples)
        return MetricFamily(name, .histogram, help: help, samples)
    }

    /// Each bucket counts what is in it and in all below it.
    private func samples(_ labels: [MetricFamily.Label], _ spread: Spread) -> [MetricFamily.Sample] {
        var samples: [MetricFamily.Sample] = []
        var count: UInt64 = 0
        for (bound, number) in zip(bounds + [.infinity], spread.counts) {
            count += number
            let bucket = MetricFamily.Label("le", MetricsText.number(bound))
            samples.append(MetricFamily.Sample(Double(count), labels: labels + [bucket], suffix: "_bucket"))
        }
        samples.append(MetricFamily.Sample(spread.sum, labels: labels, suffix: "_sum"))
        samples.append(MetricFamily.Sample(Double(count), labels: labels, suffix: "_count"))
        return samples
    }
}
