import PrometheusMetrics
import Testing

private struct Call: LabelSet {
    static let names = ["peer", "outcome"]

    var peer: String
    var outcome: String

    var values: [String] { [peer, outcome] }
}

@Suite("What counts and measures")
struct InstrumentTests {
    private let good = Call(peer: "hq", outcome: "ok")
    private let bad = Call(peer: "hq", outcome: "server.busy")
    private let other = Call(peer: "branch", outcome: "ok")

    /// The lines of the samples.
    private func lines(_ family: MetricFamily) -> [String] {
        MetricsText([family]).text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
    }

    @Test("a counter counts each set of labels for itself, and shows them sorted")
    func counting() {
        let calls = Counters<Call>("calls_total", help: "Calls.")
        for labels in [good, bad, good, other, good] { calls.count(labels) }
        #expect(
            lines(calls.family()) == [
                #"calls_total{peer="branch",outcome="ok"} 1"#,
                #"calls_total{peer="hq",outcome="ok"} 3"#,
                #"calls_total{peer="hq",outcome="server.busy"} 1"#,
            ]
        )
    }

    @Test("what is expected is shown as 0, and what was counted is not forgotten for it")
    func expecting() {
        let calls = Counters<Call>("calls_total", help: "Calls.")
        calls.count(good)
        calls.expect(good)
        calls.expect(bad)
        #expect(calls.family().samples.map(\.value) == [1, 0])
        let times = Histograms<Call>("call_seconds", help: "Calls.", bounds: [1])
        times.observe(1, good)
        times.expect(good)
        times.expect(bad)
        #expect(times.family().samples.filter { $0.suffix == "_count" }.map(\.value) == [1, 0])
    }

    @Test("what is not shown goes on being counted")
    func hiding() {
        let calls = Counters<Call>("calls_total", help: "Calls.")
        calls.count(good)
        calls.count(other)
        #expect(lines(calls.family { $0.peer == "hq" }) == [#"calls_total{peer="hq",outcome="ok"} 1"#])
        calls.count(other)
        #expect(lines(calls.family { $0.peer == "branch" }) == [#"calls_total{peer="branch",outcome="ok"} 2"#])
    }

    @Test("nothing is lost when many count at once")
    func together() async {
        let calls = Counters<Call>("calls_total", help: "Calls.")
        let times = Histograms<Call>("call_seconds", help: "Calls.", bounds: [1, 2])
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask { [good, bad] in
                    for number in 0..<2_000 {
                        calls.count(number.isMultiple(of: 2) ? good : bad)
                        times.observe(Double(task % 3), good)
                        if number.isMultiple(of: 100) { _ = times.family() }
                    }
                }
            }
        }
        #expect(calls.family().samples.map(\.value) == [8_000, 8_000])
        // Tasks 0 1 2 0 1 2 0 1: three at 0 and three at 1, within the first bound, and two at 2.
        #expect(times.family().samples.map(\.value) == [12_000, 16_000, 16_000, 14_000, 16_000])
    }

    @Test("a gauge rises and falls, and is shown at 0")
    func gauge() {
        let open = Gauges<Call>("open_calls", help: "Calls.")
        open.change(good, by: 1)
        open.change(good, by: 1)
        open.change(other, by: 0)
        open.change(good, by: -1)
        #expect(
            lines(open.family()) == [
                #"open_calls{peer="branch",outcome="ok"} 0"#, #"open_calls{peer="hq",outcome="ok"} 1"#,
            ]
        )
        #expect(open.family().kind == .gauge)
    }

    @Test("buckets are cumulative, a bound belongs to its bucket, and the last one is the count")
    func buckets() {
        let times = Histograms<Call>("call_seconds", help: "Calls.", bounds: [0.25, 1, 2.5])
        for seconds in [0.125, 0.25, 0.5, 1, 2, 8, 16] { times.observe(seconds, good) }
        #expect(
            lines(times.family()) == [
                #"call_seconds_bucket{peer="hq",outcome="ok",le="0.25"} 2"#,
                #"call_seconds_bucket{peer="hq",outcome="ok",le="1"} 4"#,
                #"call_seconds_bucket{peer="hq",outcome="ok",le="2.5"} 5"#,
                #"call_seconds_bucket{peer="hq",outcome="ok",le="+Inf"} 7"#,
                #"call_seconds_sum{peer="hq",outcome="ok"} 27.875"#,
                #"call_seconds_count{peer="hq",outcome="ok"} 7"#,
            ]
        )
    }

    @Test("of two sets of labels each has its own buckets, one behind the other")
    func twoSets() {
        let times = Histograms<Call>("call_seconds", help: "Calls.", bounds: [1])
        times.observe(2, good)
        times.observe(0.5, other)
        #expect(times.family().samples.map(\.value) == [1, 1, 0.5, 1, 0, 1, 2, 1])
        #expect(
            times.family().samples.map { $0.labels.first?.value } == Array(repeating: "branch", count: 4)
                + Array(repeating: "hq", count: 4)
        )
    }
}
