import AsteriskMessages
import Availability

/// The actions that were sent and not yet answered, and who waits for them. Bounded by how many deliveries there are at
/// once.
struct OpenActions {
    typealias Waiter = CheckedContinuation<Result<[ManagerReply], HookFailure>, Never>

    private struct Group {
        let waiter: Waiter
        var missing: Set<String>
        var replies: [ManagerReply] = []
    }

    private var groups: [Int: Group] = [:]
    private var owners: [String: Int] = [:]
    private var lastNumber = 0

    var isEmpty: Bool { groups.isEmpty }

    /// So many ActionIDs that never were before.
    mutating func newIDs(_ count: Int) -> [String] {
        defer { lastNumber += count }
        return (0..<count).map { "\(lastNumber + $0 + 1)" }
    }

    /// Has somebody wait for the answers to all of these.
    /// - Returns: the number of the group, which is never used again.
    mutating func open(_ ids: [String], _ waiter: Waiter) -> Int {
        lastNumber += 1
        groups[lastNumber] = Group(waiter: waiter, missing: Set(ids))
        for id in ids { owners[id] = lastNumber }
        return lastNumber
    }

    /// An answer came. One to what nobody asked, or no longer, is nothing.
    /// - Returns: the number of the group that is complete by it.
    mutating func answered(_ reply: ManagerReply) -> Int? {
        guard let id = reply.actionID, let number = owners.removeValue(forKey: id) else { return nil }
        groups[number]?.missing.remove(id)
        groups[number]?.replies.append(reply)
        guard let group = groups[number], group.missing.isEmpty else { return nil }
        groups[number] = nil
        group.waiter.resume(returning: .success(group.replies))
        return number
    }

    /// - Returns: whether this group still waits.
    func isOpen(_ number: Int) -> Bool { groups[number] != nil }

    /// None of them will be answered any more.
    /// - Returns: the numbers of their groups.
    mutating func failAll(_ failure: HookFailure) -> [Int] {
        let failed = groups
        (groups, owners) = ([:], [:])
        for group in failed.values { group.waiter.resume(returning: .failure(failure)) }
        return Array(failed.keys)
    }
}
