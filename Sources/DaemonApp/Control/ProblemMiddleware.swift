import Availability
import HTTPTypes
import Hummingbird

/// Turns every error of a route into its problem document, and gives every answer the headers that all have.
struct ProblemMiddleware: RouterMiddleware {
    func handle(
        _ request: Request,
        context: ControlContext,
        next: (Request, ControlContext) async throws -> Response
    ) async throws -> Response {
        var response = try await answer(request, context, next)
        // It is old the next moment, and nothing that a browser should make more of than it says.
        response.headers[.cacheControl] = "no-store"
        response.headers[.xContentTypeOptions] = "nosniff"
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(
        _ request: Request,
        _ context: ControlContext,
        _ next: (Request, ControlContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let problem as ControlProblem {
            return ControlResponse.problem(problem)
        } catch let error as any ExplainedError {
            return ControlResponse.problem(ControlProblem.failed(error.diagnosis))
        } catch let error as any HTTPResponseError {
            let problem =
                switch error.status {
                case .notFound: ControlProblem.noSuchRoute(request.uri.path)
                case .contentTooLarge: ControlProblem.badBody("The body is too large.")
                default: ControlProblem.badBody("The request could not be read.")
                }
            return ControlResponse.problem(problem)
        }
    }
}
