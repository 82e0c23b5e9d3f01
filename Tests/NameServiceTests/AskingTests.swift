import Dispatch
import Synchronization
import TestSupport
import Testing

@testable import NameService

@Suite("Asking for names")
struct AskingTests {
    @Test("an address is its own, and this machine has one of its own")
    func addresses() async throws {
        let names = NameService()
        #expect(try await names.addresses(of: "192.0.2.7") == [HostAddress("192.0.2.7", .v4)])
        #expect(try await names.addresses(of: "2001:db8::7") == [HostAddress("2001:db8::7", .v6)])
        #expect(try await names.addresses(of: "localhost").contains { ["127.0.0.1", "::1"].contains($0.text) })
    }

    @Test(
        "what cannot be a name is not asked for",
        arguments: [
            "", "mail..example.com", "mail example", "a\u{0}b", "https://x", String(repeating: "a.", count: 200),
        ]
    )
    func invalid(_ name: String) async {
        let names = NameService(timeLimit: 5) { _ in
            Issue.record("asked")
            return .addresses([])
        }
        await #expect(throws: NameServiceError.invalidName) { try await names.addresses(of: name) }
    }

    /// The time passes on the clock of the machine here, but nobody waits for it: the resolver never answers.
    @Test("a resolver that hangs holds up nobody for longer than the limit, and not the next question")
    func hanging() async throws {
        let door = DispatchSemaphore(value: 0)
        defer { door.signal() }
        let names = NameService(timeLimit: 0.05) { lookup throws(NameServiceError) in
            if lookup == .services("hangs.example.com") { door.wait() }
            return .services([ServiceRecord(target: "mail.example.com", port: 443, priority: 0, weight: 0)])
        }
        await #expect(throws: NameServiceError.noAnswer(seconds: 0.05)) {
            try await names.services("hangs.example.com")
        }
        #expect(try await names.services("works.example.com").count == 1)
    }

    @Test("who is cancelled does not wait")
    func cancelled() async {
        let door = DispatchSemaphore(value: 0)
        defer { door.signal() }
        let names = NameService(timeLimit: 600) { _ in
            door.wait()
            return .services([])
        }
        let question = Task { () throws(NameServiceError) in try await names.services("hangs.example.com") }
        question.cancel()
        #expect(await question.result.failure as? NameServiceError == .cancelled)
    }

    @Test("eight questions are under way at once and a hundred wait; who comes then is sent away")
    func crowd() async {
        let door = DispatchSemaphore(value: 0)
        let busy = Mutex((asked: 0, now: 0, most: 0))
        let names = NameService(timeLimit: 600) { _ in
            busy.withLock { $0 = ($0.asked + 1, $0.now + 1, max($0.most, $0.now + 1)) }
            door.wait()
            busy.withLock { $0.now -= 1 }
            return .services([])
        }
        let outcomes = await withTaskGroup(of: NameServiceError?.self) { group in
            for number in 0..<120 {
                group.addTask {
                    do throws(NameServiceError) {
                        _ = try await names.services("host\(number).example.com")
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            var outcomes: [NameServiceError?] = []
            while outcomes.count < 12, let outcome = await group.next() { outcomes.append(outcome) }
            for _ in 0..<108 { door.signal() }
            for await outcome in group { outcomes.append(outcome) }
            return outcomes
        }
        #expect(outcomes.prefix(12).allSatisfy { $0 == .tooManyUnderWay })
        #expect(outcomes.dropFirst(12).allSatisfy { $0 == nil })
        #expect(busy.withLock(\.most) == 8)
        #expect(busy.withLock(\.asked) == 108)
    }
}

extension Result {
    fileprivate var failure: Failure? {
        guard case .failure(let failure) = self else { return nil }
        return failure
    }
}
