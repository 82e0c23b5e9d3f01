import Foundation
import Synchronization

/// What a presence server does with PUBLISH (RFC 3903, 6), as text: it keeps documents under tags.
final class ScriptedPresence: Sendable {
    struct Record: Hashable, Sendable {
        var uri: String
        var body: String
        var expires: String
    }

    private struct State {
        var records: [String: Record] = [:]
        var count = 0
        var requests: [ScriptedSIPServer.Request] = []
        var underWay = 0
        var most = 0
    }

    private let state = Mutex(State())

    /// By tag.
    var records: [String: Record] { state.withLock(\.records) }
    /// All that came.
    var requests: [ScriptedSIPServer.Request] { state.withLock(\.requests) }

    /// What is shown of whom.
    var shown: [String: String] {
        Dictionary(records.values.map { ($0.uri, $0.body) }) { first, _ in first }
    }

    /// As if it had started again.
    func forget() {
        state.withLock { $0.records = [:] }
    }

    /// The answer to a request.
    func answer(_ request: ScriptedSIPServer.Request, expires granted: String? = nil) -> String {
        state.withLock { state in
            state.requests.append(request)
            let expires = request.header("Expires") ?? "3600"
            var body = request.body
            if let old = request.header("SIP-If-Match") {
                guard let record = state.records.removeValue(forKey: old) else {
                    return request.answer("412 Conditional Request Failed")
                }
                if body.isEmpty { body = record.body }
            } else if body.isEmpty {
                return request.answer("400 Missing Body")
            }
            guard expires != "0" else { return request.answer("200 OK", ["Expires: 0", "SIP-ETag: gone"]) }
            state.count += 1
            let tag = "tag\(state.count)"
            state.records[tag] = Record(uri: request.uri, body: body, expires: expires)
            return request.answer("200 OK", ["Expires: \(granted ?? expires)", "SIP-ETag: \(tag)"])
        }
    }

    /// Has a server answer so.
    func serve(_ server: ScriptedSIPServer) {
        server.answerAll { $0.send(self.answer($0)) }
    }
}
