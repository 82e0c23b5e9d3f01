import HTTPTypes
import Hummingbird

extension RouterGroup {
    typealias Handler = @Sendable (Request, Context) async throws -> Response

    /// A path that answers these methods. To every other one the path tells them.
    func serve(_ path: RouterPath, _ handlers: KeyValuePairs<HTTPRequest.Method, Handler>) {
        for (method, handler) in handlers { on(path, method: method, use: handler) }
    }
}
