import HTTPTypes
import Hummingbird

/// The paths of the API and the methods that each takes.
struct RouteList: Sendable {
    private struct Path {
        /// `nil` where anything may stand.
        var segments: [String?]
        var methods: [HTTPRequest.Method]
    }

    private var paths: [Path] = []

    /// - Parameter routes: as the router lists them: `/v1/users/{user}`.
    init(_ routes: [(path: String, method: HTTPRequest.Method)]) {
        for (path, routes) in Dictionary(grouping: routes, by: \.path) {
            let segments = path.split(separator: "/").map { $0.hasPrefix("{") ? nil : String($0) }
            var methods = routes.map(\.method)
            // Of what can be got, the head alone can be got too.
            if methods.contains(.get) { methods.append(.head) }
            paths.append(Path(segments: segments, methods: methods.sorted { $0.rawValue < $1.rawValue }))
        }
    }

    /// The methods that `path` takes, sorted by name; none where there is nothing.
    func methods(at path: String) -> [HTTPRequest.Method] {
        let wanted = path.split(separator: "/").map(String.init)
        let found = paths.first { path in
            path.segments.count == wanted.count
                && zip(path.segments, wanted).allSatisfy { pattern, segment in pattern == nil || pattern == segment }
        }
        return found?.methods ?? []
    }
}

/// Tells who comes with a method that a path does not take which ones it does. For what the router did not find.
struct WrongMethodMiddleware: RouterMiddleware {
    let routes: RouteList

    func handle(
        _ request: Request,
        context: ControlContext,
        next: (Request, ControlContext) async throws -> Response
    ) async throws -> Response {
        let methods = routes.methods(at: request.uri.path)
        guard methods.isEmpty else {
            throw ControlProblem.wrongMethod(
                request.method.rawValue,
                path: request.uri.path,
                allowed: methods.map(\.rawValue)
            )
        }
        return try await next(request, context)
    }
}
