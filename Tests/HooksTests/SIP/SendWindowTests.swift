import Testing

@testable import Hooks

@Suite("Who may send")
struct SendWindowTests {
    @Test("one at a time until the server has let somebody in, then as many as the window has room for")
    func opens() {
        var window = SendWindow<Int>(size: 3)
        #expect(window.enter(1, for: .delivery) == [1])
        #expect((2...6).flatMap { window.enter($0, for: .delivery) } == [])
        #expect(window.prove(true) == [2, 3])
        #expect(window.leave(1) == [4])
        #expect(window.inside == [2, 3, 4])
        #expect(window.waiting == 2)
    }

    @Test("after a login that was refused it is one at a time again")
    func closes() {
        var window = SendWindow<Int>(size: 3)
        _ = window.prove(true)
        for ticket in 1...5 { _ = window.enter(ticket, for: .delivery) }
        _ = window.prove(false)
        #expect(window.leave(1) == [])
        #expect(window.leave(2) == [])
        #expect(window.leave(3) == [4])
    }

    @Test("deliveries go before refreshes, but no refresh waits for more than four of them")
    func mixes() {
        var window = SendWindow<String>(size: 1)
        _ = window.enter("first", for: .delivery)
        for number in 1...2 { _ = window.enter("refresh \(number)", for: .refresh) }
        for number in 1...9 { _ = window.enter("delivery \(number)", for: .delivery) }
        var order: [String] = []
        var inside = "first"
        while let next = window.leave(inside).first {
            order.append(next)
            inside = next
        }
        #expect(order.first == "delivery 1")
        #expect(order.firstIndex(of: "refresh 1").map { $0 <= 4 } == true)
        #expect(order.firstIndex(of: "refresh 2").map { $0 <= 9 } == true)
        #expect(order.count == 11)
    }

    @Test("there is never more inside than the window has room for, whoever comes and goes")
    func bounds() {
        var window = SendWindow<Int>(size: 20)
        _ = window.prove(true)
        var (most, went) = (0, 0)
        for ticket in 0..<2_000 {
            _ = window.enter(ticket, for: ticket.isMultiple(of: 3) ? .refresh : .delivery)
            most = max(most, window.inside.count)
            if ticket.isMultiple(of: 2), let one = window.inside.min() {
                _ = window.leave(one)
                went += 1
            }
        }
        while let one = window.inside.min() {
            _ = window.leave(one)
            went += 1
            most = max(most, window.inside.count)
        }
        #expect(most == 20)
        #expect(went == 2_000)
    }
}
