import HTTPTypes
import Testing

@testable import DaemonApp

@Suite("Paths and their methods")
struct RouteListTests {
    private let routes = RouteList([
        ("/v1/users", .get), ("/v1/users/{user}", .get), ("/v1/users/{user}/override", .put),
        ("/v1/users/{user}/override", .delete), ("/v1/force", .post),
    ])

    @Test(
        "a path takes its methods, HEAD wherever GET",
        arguments: [
            ("/v1/users", [.get, .head]), ("/v1/users/", [.get, .head]), ("/v1/users/anna@example.com", [.get, .head]),
            ("/v1/users/1001/override", [.delete, .put]), ("/v1/force", [.post]), ("/v1/nothing", []),
            ("/v1/users/1001/override/more", []), ("/v1", []), ("/", []), ("", []),
        ] as [(String, [HTTPRequest.Method])]
    )
    func methods(path: String, methods: [HTTPRequest.Method]) {
        #expect(routes.methods(at: path) == methods)
    }
}

@Suite("Whose turn it is on a connection")
struct ExchangeStateTests {
    @Test("the other end must go on until its request is in, then the server until the answer is out")
    func inTurn() {
        var state = ExchangeState()
        #expect(state.awaitsRequest)
        state.requestBegan()
        #expect(state.awaitsRequest)
        state.requestEnded()
        #expect(!state.awaitsRequest)
        state.answerEnded()
        #expect(state.awaitsRequest)
    }

    @Test("who is answered before the body is in, and then sends it, has to come with a next request")
    func early() {
        var state = ExchangeState()
        state.requestBegan()
        state.answerEnded()
        #expect(state.awaitsRequest)
        state.requestEnded()
        #expect(state.awaitsRequest)
    }

    @Test("who has sent the next request already waits for both answers")
    func pipelined() {
        var state = ExchangeState()
        for _ in 1...2 {
            state.requestBegan()
            state.requestEnded()
        }
        state.answerEnded()
        #expect(!state.awaitsRequest)
        state.answerEnded()
        #expect(state.awaitsRequest)
    }
}
