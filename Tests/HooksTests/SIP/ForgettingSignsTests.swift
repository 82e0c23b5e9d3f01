import Foundation
import Testing

@testable import Hooks

@Suite("A server that has forgotten")
struct ForgettingSignsTests {
    @Test("one publication that is gone is looked into; a second one soon after says that all are")
    func second() {
        var signs = ForgettingSigns()
        #expect(signs.lost(at: monday) == .suspicious)
        #expect(signs.lost(at: later(5)) == .forgot)
    }

    @Test("what is gone one after the other, with minutes between, is single losses")
    func apart() {
        var signs = ForgettingSigns()
        for minute in 0..<5 { #expect(signs.lost(at: later(Double(minute) * 120)) == .suspicious) }
    }

    @Test("it is said once, however many find theirs gone while all is sent again")
    func once() {
        var signs = ForgettingSigns()
        let verdicts = (0..<50).map { signs.lost(at: later(Double($0))) }
        #expect(verdicts.filter { $0 == .forgot }.count == 1)
        #expect(signs.lost(at: later(200)) == .suspicious)
    }
}
