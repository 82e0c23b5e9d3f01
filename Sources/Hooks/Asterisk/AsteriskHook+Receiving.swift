import AsteriskMessages
import Availability
import Foundation

// What comes over the connection, and what shows that it lives.
extension AsteriskHook {
    nonisolated var pingDeadline: String { deadlines("ping") }

    /// Reads what comes, for as long as the connection lasts.
    func read(_ connection: StreamConnection) async {
        var stream = ManagerStream()
        do throws(ConnectionFailure) {
            while true {
                let bytes = try await connection.read()
                guard self.connection === connection else { return }
                do throws(ManagerStream.Fault) {
                    for item in try stream.take(bytes) { came(item) }
                } catch {
                    return end(.misunderstood(target, seen: "\(error)"))
                }
            }
        } catch {
            guard self.connection === connection else { return }
            end(HookFailure(error, receiver: target))
        }
    }

    private func came(_ item: ManagerStream.Item) {
        // The banner says nothing that matters, and events were not asked for.
        guard case .message(let message) = item, let reply = ManagerReply(message) else { return }
        guard let number = open.answered(reply) else { return }
        scheduler.cancel(deadlineName(number))
    }

    func pingLater() {
        let time = scheduler.now.addingTimeInterval(options.pingInterval)
        scheduler.schedule(pingDeadline, at: time) { [weak self] in await self?.ping() }
    }

    /// Only where nothing else shows whether it lives.
    private func ping() async {
        guard case .up = link else { return }
        if open.isEmpty {
            // An answer that stays away ends the connection.
            let reply = try? await call([.ping], until: scheduler.now.addingTimeInterval(options.timeLimit))
            if reply != nil { _ = failures.succeeded() }
        }
        guard case .up = link else { return }
        pingLater()
    }
}
