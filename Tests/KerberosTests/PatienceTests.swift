import Testing

@testable import Kerberos

@Suite("Waiting for a token")
struct PatienceTests {
    @Test("what comes first counts, and whoever asks later gets it too")
    func firstCounts() async {
        let call = TokenCall(service: "HTTP@mail.example.com")
        #expect(call.isOpen)
        call.end(.failure(KerberosError(.timedOut(seconds: 20))))
        call.end(.success([1]))
        #expect(!call.isOpen)
        let outcome = await withCheckedContinuation { call.wait($0) }
        #expect(outcome == .failure(KerberosError(.timedOut(seconds: 20))))
    }

    @Test("an end that comes later reaches who waits")
    func waits() async {
        let call = TokenCall(service: "HTTP@mail.example.com")
        let outcome = await withCheckedContinuation { continuation in
            call.wait(continuation)
            call.end(.success([1, 2]))
        }
        #expect(outcome == .success([1, 2]))
    }

    @Test("no more than so many wait")
    func bounded() async {
        let tickets = KerberosTickets(.keytab(path: "/nowhere", principal: nil), waitingLimit: 0)
        await #expect(throws: KerberosError(.tooManyWaiting)) { try await tickets.token(for: "mail.example.com") }
    }

    @Test("a task that was cancelled waits no more")
    func cancelled() async {
        let tickets = KerberosTickets(.keytab(path: "/nowhere", principal: nil))
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await tickets.token(for: "mail.example.com")
        }
        await #expect(throws: KerberosError(.cancelled)) { try await task.value }
    }
}
