import NameService
import TestSupport
import Testing

@Suite("The order of servers")
struct ServiceOrderTests {
    private static func record(_ target: String, _ priority: UInt16, _ weight: UInt16) -> ServiceRecord {
        ServiceRecord(target: target, port: 443, priority: priority, weight: weight)
    }

    @Test("the lowest priority goes first, whatever the weights")
    func priorities() {
        let records = [Self.record("c", 20, 900), Self.record("a", 0, 0), Self.record("b", 10, 1)]
        #expect(ServiceRecord.ordered(records) { $0.upperBound }.map(\.target) == ["a", "b", "c"])
    }

    /// The sums of RFC 2782 run zero, ten, thirty, sixty: the one of weight 0 stands first and is drawn with 0 alone.
    @Test(
        "among equals the number decides whose share of the weights it falls into",
        arguments: [
            (0, "nought"), (1, "ten"), (10, "ten"), (11, "twenty"), (30, "twenty"), (31, "thirty"), (60, "thirty"),
        ]
    )
    func weights(drawn: Int, first: String) {
        let records = [
            Self.record("ten", 1, 10), Self.record("twenty", 1, 20), Self.record("nought", 1, 0),
            Self.record("thirty", 1, 30),
        ]
        var ranges: [ClosedRange<Int>] = []
        let ordered = ServiceRecord.ordered(records) { range in
            ranges.append(range)
            return min(drawn, range.upperBound)
        }
        #expect(ordered.first?.target == first)
        #expect(ranges.first == 0...60)
        #expect(Set(ordered) == Set(records))
    }

    @Test("over many draws each goes first about as often as its weight says")
    func shares() {
        let records = [Self.record("one", 1, 1), Self.record("three", 1, 3)]
        var random = SplitMix(seed: 7)
        var firsts = 0
        for _ in 0..<4_000 {
            let ordered = ServiceRecord.ordered(records) { Int.random(in: $0, using: &random) }
            if ordered.first?.target == "three" { firsts += 1 }
        }
        // Of the numbers 0 to 4, two fall to the one of weight 1: RFC 2782 draws from the sum inclusive.
        #expect(2_250...2_550 ~= firsts)
    }
}
