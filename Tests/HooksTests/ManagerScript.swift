import Foundation
import Synchronization

/// A manager interface that does what a test told it to, with the account `freebusyd`. It reads and writes its own lines:
/// nothing of ours is in it.
final class ManagerScript: Sendable {
    struct Behaviour {
        var secret = "mysecret"
        /// What it says to Setvar instead of setting anything.
        var refusal: String?
        var closesAtSetvar = false
        var isSilent = false
        /// Whether Setvar is answered by ``answerHeld(_:)`` alone.
        var holds = false
    }

    private struct State {
        var behaviour = Behaviour()
        var states: [String: String] = [:]
        var connections: [LoopbackServer.Peer] = []
        var logins = 0
        var setvars = 0
        var pings = 0
        var held: [(peer: LoopbackServer.Peer, variable: String, id: String)] = []
        var buffers: [ObjectIdentifier: String] = [:]
    }

    /// The MD5 of `84071583mysecret` and of `84071583wrong-secret`, made by md5sum(1).
    private static let keys = [
        "mysecret": "93ac22ef8ca8f9396fe58257a4d8381c", "wrong-secret": "WRONGKEY",
    ]

    private let state: Shared
    private let server: LoopbackServer

    private final class Shared: Sendable {
        let value = Mutex(State())
    }

    init(greeting: String = "Asterisk Call Manager/5.0.2\r\n") async throws {
        let state = Shared()
        self.state = state
        server = try await LoopbackServer(
            connected: { peer in
                state.value.withLock { $0.connections.append(peer) }
                peer.write(greeting)
            },
            received: { peer, text in
                let messages = state.value.withLock { state in
                    let key = ObjectIdentifier(peer.channel)
                    var parts = (state.buffers[key, default: ""] + text).components(separatedBy: "\r\n\r\n")
                    state.buffers[key] = parts.removeLast()
                    return parts
                }
                for message in messages { Self.answer(message, to: peer, state) }
            }
        )
    }

    var port: UInt16 { server.port }
    var states: [String: String] { state.value.withLock(\.states) }
    var connections: Int { state.value.withLock(\.connections.count) }
    var logins: Int { state.value.withLock(\.logins) }
    var setvars: Int { state.value.withLock(\.setvars) }
    var pings: Int { state.value.withLock(\.pings) }

    func set(_ change: (inout Behaviour) -> Void) {
        state.value.withLock { change(&$0.behaviour) }
    }

    /// Answers what it held, the newest first, behind an answer to what nobody asked.
    func answerHeld(_ answer: (_ variable: String, _ id: String) -> String) {
        let held = state.value.withLock { state in
            defer { state.held = [] }
            return state.held
        }
        held.first?.peer.write("Response: Error\r\nActionID: 99999\r\nMessage: Permission denied\r\n\r\n")
        for question in held.reversed() { question.peer.write(answer(question.variable, question.id)) }
    }

    func closeAll() {
        for peer in state.value.withLock(\.connections) { peer.close() }
    }

    func receivedSetvars(_ count: Int) async {
        while state.value.withLock(\.setvars) < count { await Task.yield() }
    }

    func receivedPings(_ count: Int) async {
        while state.value.withLock(\.pings) < count { await Task.yield() }
    }

    private static func answer(_ message: String, to peer: LoopbackServer.Peer, _ shared: Shared) {
        var fields: [String: String] = [:]
        for line in message.components(separatedBy: "\r\n") {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            fields[String(parts[0])] = parts.count > 1 ? String(parts[1].dropFirst()) : ""
        }
        let id = fields["ActionID"].map { "ActionID: \($0)\r\n" } ?? ""
        let reply: String? = shared.value.withLock { state in
            switch fields["Action"] {
            case "Challenge": return "Response: Success\r\n\(id)Challenge: 84071583\r\n\r\n"
            case "Login":
                let secret = state.behaviour.secret
                let isRight =
                    fields["Username"] == "freebusyd" && fields["Events"] == "off"
                    && (fields["Secret"] == secret || fields["Key"] == keys[secret] || secret == "wrong-secret")
                guard isRight else { return "Response: Error\r\n\(id)Message: Authentication failed\r\n\r\n" }
                state.logins += 1
                return "Response: Success\r\n\(id)Message: Authentication accepted\r\n\r\n"
                    + "Event: FullyBooted\r\nStatus: Fully Booted\r\n\r\n"
            case "Setvar":
                state.setvars += 1
                if state.behaviour.isSilent { return nil }
                if state.behaviour.holds {
                    state.held.append((peer, fields["Variable"] ?? "", id))
                    return nil
                }
                if state.behaviour.closesAtSetvar {
                    peer.close()
                    return nil
                }
                if let refusal = state.behaviour.refusal {
                    return "Response: Error\r\n\(id)Message: \(refusal)\r\n\r\n"
                }
                state.states[fields["Variable"] ?? ""] = fields["Value"]
                return "Response: Success\r\n\(id)Message: Variable Set\r\n\r\n"
            case "Ping":
                state.pings += 1
                return state.behaviour.isSilent ? nil : "Response: Success\r\n\(id)Ping: Pong\r\n\r\n"
            default: return "Response: Error\r\n\(id)Message: Invalid/unknown command\r\n\r\n"
            }
        }
        if let reply { peer.write(reply) }
    }
}
