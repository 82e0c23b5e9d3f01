import Availability
import ControlAPI
import Foundation
import Hummingbird

/// What people switch on and off.
extension ControlRoutes {
    /// The largest body that is read, in bytes.
    private static let largestSwitch = 1_024

    func switchIntegration(_ request: Request) async throws -> Response {
        try await integration.switch(.integration, on: try await isOn(request))
        return try ControlResponse.json(try await integration.status())
    }

    func switchConnector(_ request: Request, _ context: some RequestContext) async throws -> Response {
        let name = try parameter("connector", of: context)
        try await integration.switch(.connector(name), on: try await isOn(request))
        let report = try await integration.status().connectors.first { $0.name == name }
        guard let report else { throw ControlProblem.unknownConnector(name) }
        return try ControlResponse.json(report)
    }

    func switchUser(_ request: Request, _ context: some RequestContext) async throws -> Response {
        let zone = try zone(of: request)
        let isOn = try await isOn(request)
        let text = try user(in: context)
        let address = try await directory.find(text).user.address
        try await integration.switch(.user(address), on: isOn)
        return try ControlResponse.json(try await detail(of: address.text, at: nil, zone: zone))
    }

    private func isOn(_ request: Request) async throws -> Bool {
        let body = try await request.body.collect(upTo: Self.largestSwitch)
        do {
            return try ControlJSON.decode(EnabledRequest.self, from: Data(body.readableBytesView)).enabled
        } catch {
            throw ControlProblem.badBody(
                "The body does not say whether to switch on or off.",
                form: #"{"enabled": true|false}"#
            )
        }
    }
}
