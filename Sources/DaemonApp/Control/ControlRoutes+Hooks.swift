import ControlAPI
import HTTPTypes
import Hummingbird

/// The deliveries of hooks.
extension ControlRoutes {
    func hooks() async throws -> Response {
        try ControlResponse.json(try await integration.status().hooks)
    }

    /// Of the hook of this name, or of all without one. What is told follows at its pace.
    func resend(_ name: String?) async throws -> Response {
        try ControlResponse.json(try await integration.resend(name), status: .accepted)
    }
}
