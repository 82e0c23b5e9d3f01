import HTTPTypes
import Hummingbird

extension RouterGroup {
    typealias Handler = @Sendable (Request, Context) async throws -> Response

    /// A path that answers these methods, and names them to every other one.
    func serve(_ path: RouterPath, _ handlers: KeyValuePairs<HTTPRequest.Method, Handler>) {
        for (method, handler) in handlers { on(path, method: method, use: handler) }
        let allowed = handlers.map(\.key)
        let all: [HTTPRequest.Method] = [.get, .head, .post, .put, .delete, .patch, .options]
        for other in all where !allowed.contains(other) {
            on(path, method: other) { request, _ -> Response in
                throw ControlProblem.wrongMethod(
                    other.rawValue,
                    path: request.uri.path,
                    allowed: allowed.map(\.rawValue)
                )
            }
        }
    }
}
