import Dispatch
import Foundation
import SerialQueue

/// Asks the resolver of this machine: addresses of hosts, and which hosts have a service.
///
/// The resolver blocks whoever asks it, for as long as it likes: it is asked on threads of its own, a few at a time, and
/// who waits for an answer waits for a bounded time. An answer that comes later is forgotten.
package actor NameService {
    private typealias Outcome = Result<Lookup.Answer, NameServiceError>

    /// Questions under way at once, each with a thread.
    private static let mostUnderWay = 8
    /// Questions that wait for one of those.
    private static let mostWaiting = 100

    private let serial = SerialQueue(label: "org.freebusyd.names")
    private let timeLimit: Double
    private let resolve: @Sendable (Lookup) throws(NameServiceError) -> Lookup.Answer
    private var lastNumber: UInt64 = 0
    private var underWay = 0
    private var waiting: [(number: UInt64, lookup: Lookup)] = []
    private var askers: [UInt64: CheckedContinuation<Outcome, Never>] = [:]

    package nonisolated var unownedExecutor: UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

    /// - Parameter timeLimit: seconds that whoever asks waits at most.
    package init(timeLimit: Double = 5) {
        self.init(timeLimit: timeLimit) { lookup throws(NameServiceError) in try lookup.answer() }
    }

    /// - Parameter resolve: may block.
    init(timeLimit: Double, resolve: @escaping @Sendable (Lookup) throws(NameServiceError) -> Lookup.Answer) {
        self.timeLimit = timeLimit
        self.resolve = resolve
    }

    /// The addresses of a host, not empty, in the order in which they are to be tried. An address is its own.
    package func addresses(of host: String) async throws(NameServiceError) -> [HostAddress] {
        guard case .addresses(let addresses) = try await answer(to: .addresses(host), host) else { return [] }
        return addresses
    }

    /// The servers of a service, not empty, in no order: ``ServiceRecord/ordered(_:random:)`` makes one.
    ///
    /// - Parameter name: such as `_autodiscover._tcp.example.com`.
    package func services(_ name: String) async throws(NameServiceError) -> [ServiceRecord] {
        guard case .services(let records) = try await answer(to: .services(name), name) else { return [] }
        return records
    }

    /// Where a domain has its services (NAPTR records), not empty, in no order.
    package func pointers(_ domain: String) async throws(NameServiceError) -> [AuthorityPointer] {
        guard case .pointers(let records) = try await answer(to: .pointers(domain), domain) else { return [] }
        return records
    }

    private func answer(to lookup: Lookup, _ name: String) async throws(NameServiceError) -> Lookup.Answer {
        guard HostName.isValid(name) else { throw .invalidName }
        guard waiting.count < Self.mostWaiting else { throw .tooManyUnderWay }
        lastNumber += 1
        let number = lastNumber
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                askers[number] = continuation
                waiting.append((number, lookup))
                limit(number)
                begin()
            }
        } onCancel: {
            onQueue { $0.end(number, .failure(.cancelled)) }
        }
        return try outcome.get()
    }

    private func limit(_ number: UInt64) {
        let seconds = timeLimit
        serial.queue.asyncAfter(deadline: .now() + seconds) { [weak self] in
            self?.assumeIsolated { $0.end(number, .failure(.noAnswer(seconds: seconds))) }
        }
    }

    private func begin() {
        while underWay < Self.mostUnderWay, !waiting.isEmpty {
            let (number, lookup) = waiting.removeFirst()
            underWay += 1
            // No queue: those share as many threads as there are processors with everything else.
            Thread.detachNewThread { [resolve] in
                let outcome = Outcome { () throws(NameServiceError) in try resolve(lookup) }
                self.onQueue { $0.came(outcome, for: number) }
            }
        }
    }

    private func came(_ outcome: Outcome, for number: UInt64) {
        underWay -= 1
        end(number, outcome)
        begin()
    }

    /// The first end counts.
    private func end(_ number: UInt64, _ outcome: Outcome) {
        waiting.removeAll { $0.number == number }
        askers.removeValue(forKey: number)?.resume(returning: outcome)
    }

    private nonisolated func onQueue(_ body: @escaping @Sendable (isolated NameService) -> Void) {
        serial.queue.async { self.assumeIsolated(body) }
    }
}
