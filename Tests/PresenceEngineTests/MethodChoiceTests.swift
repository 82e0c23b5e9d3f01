import Availability
import Foundation
import PresenceEngine
import TestSupport
import Testing

@Suite("The choice of the method")
struct MethodChoiceTests {
    let now = EngineBench.monday

    @Test("three openings in a row that stay silent: the next method, until the first is tried again")
    func silent() {
        var choice = MethodChoice([.streaming, .pull], retry: 3_600)
        check(!choice.broke(0, life: nil, why: .quiet, at: now))
        check(!choice.broke(0, life: nil, why: .quiet, at: now))
        check(!choice.carried(0))
        check(!choice.broke(0, life: nil, why: .quiet, at: now))
        check(!choice.broke(0, life: nil, why: .quiet, at: now))
        check(choice.broke(0, life: nil, why: .quiet, at: now))
        #expect(choice.method == .pull)
        #expect(choice.why == .quiet)
        #expect(choice.retryAt == now + 3_600)
    }

    @Test("channels of many groups that die together are no row")
    func together() {
        var choice = MethodChoice([.streaming, .pull])
        for group in 0..<50 {
            check(!choice.broke(group, life: nil, why: .quiet, at: now))
            check(!choice.broke(group, life: 10, why: .reset, at: now))
        }
        #expect(choice.method == .streaming)
    }

    @Test("ten early deaths in a row; a sound life in between, however it ended, begins a new row")
    func deaths() {
        for isClosed in [true, false] {
            var choice = MethodChoice([.streaming, .pull])
            for _ in 1...9 { check(!choice.broke(0, life: 299, why: .reset, at: now)) }
            if isClosed {
                choice.closed(0, life: 300)
            } else {
                check(!choice.broke(0, life: 300, why: .reset, at: now))
            }
            for _ in 1...9 { check(!choice.broke(0, life: 0, why: .reset, at: now)) }
            check(choice.broke(0, life: 0, why: .reset, at: now))
        }
    }

    @Test("the better method is tried when its time comes: what carries brings it back, what breaks doubles the time")
    func probe() {
        var choice = MethodChoice([.streaming, .pull], retry: 3_600)
        check(choice.unknown(.streaming, why: .unknownMethod, at: now))
        var time = now
        for distance in [3_600.0, 7_200, 14_400, 28_800, 57_600, 86_400, 86_400] {
            #expect(choice.retryAt == time + distance)
            check(!choice.beginProbe(at: time + distance - 1))
            time += distance
            check(choice.beginProbe(at: time))
            check(!choice.beginProbe(at: time))
            #expect(choice.method == .pull)
            check(choice.broke(0, life: nil, why: .quiet, at: time))
        }
        time += 86_400
        check(choice.beginProbe(at: time))
        check(choice.carried(0))
        #expect(choice.method == .streaming)
        #expect(choice.why == nil)
        #expect(choice.retryAt == nil)
    }

    @Test("whoever knows neither method is not changed to and fro")
    func neither() {
        var choice = MethodChoice([.streaming, .pull])
        check(choice.unknown(.streaming, why: .unknownMethod, at: now))
        check(!choice.unknown(.streaming, why: .unknownMethod, at: now))
        check(!choice.unknown(.pull, why: .unknownMethod, at: now))
        #expect(choice.method == .pull)
    }

    @Test("where there is one method only, it is used whatever happens")
    func onlyOne() {
        var choice = MethodChoice([.streaming])
        for _ in 0..<20 { check(!choice.broke(0, life: nil, why: .quiet, at: now)) }
        check(!choice.unknown(.streaming, why: .unknownMethod, at: now))
        #expect(choice.method == .streaming)
        #expect(MethodChoice([]).method == nil)
    }

    /// As `#expect`, which takes no call that changes a value.
    private func check(_ isTrue: Bool, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(isTrue, sourceLocation: sourceLocation)
    }
}
