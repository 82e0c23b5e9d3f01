import Availability
import ControlAPI
import Foundation
import Hummingbird

/// What people set by hand.
extension ControlRoutes {
    /// The largest body that is read, in bytes.
    private static let largestOverride = 4_096

    fileprivate static let form =
        #"{"presence": "available"|"meeting"|"away", "until": "2026-11-23T10:00:00Z"|null}"#

    func setOverride(_ request: Request, _ context: some RequestContext) async throws -> Response {
        let zone = try zone(of: request)
        let body = try await request.body.collect(upTo: Self.largestOverride)
        let wanted: OverrideRequest
        do {
            wanted = try ControlJSON.decode(from: Data(body.readableBytesView))
        } catch {
            throw ControlProblem.badBody("The body is no override.", form: Self.form)
        }
        let override = try PresenceOverride(wanted, at: directory.clock.now, zone: zone)
        return try await apply(override, to: try user(in: context), zone: zone)
    }

    func clearOverride(_ request: Request, _ context: some RequestContext) async throws -> Response {
        let zone = try zone(of: request)
        return try await apply(nil, to: try user(in: context), zone: zone)
    }

    private func apply(_ override: PresenceOverride?, to text: String, zone: TimeZone) async throws -> Response {
        try await integration.setOverride(override, of: try await directory.enabledAddress(of: text))
        return try ControlResponse.json(try await detail(of: text, at: nil, zone: zone))
    }
}

extension PresenceOverride {
    /// Seconds that an override may hold at most: a year. Longer ones are slips of the pen.
    static let longest: TimeInterval = 366 * 86_400

    /// What is asked for, if it makes sense at `now`.
    ///
    /// - Parameter zone: the zone in which a time that makes none is told.
    init(_ request: OverrideRequest, at now: Date, zone: TimeZone) throws(ControlProblem) {
        guard let presence = Presence(rawValue: request.presence), presence != .unknown else {
            throw .badBody("\"\(request.presence)\" is no presence that can be set.", form: ControlRoutes.form)
        }
        guard let until = request.until?.wholeSecond else {
            self.init(presence: presence, setAt: now.wholeSecond, end: .nextAppointment)
            return
        }
        let words = until.formatted(Date.ISO8601FormatStyle(timeZoneSeparator: .colon, timeZone: zone))
        guard until > now else { throw .pastTime(words) }
        guard until <= now + Self.longest else { throw .farTime(words) }
        self.init(presence: presence, setAt: now.wholeSecond, end: .at(until))
    }
}
