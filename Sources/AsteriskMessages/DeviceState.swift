/// What the dialplan function DEVICE_STATE is set to: the state of a lamp
/// (<https://docs.asterisk.org/Latest_API/API_Documentation/Dialplan_Functions/DEVICE_STATE/>).
package enum DeviceState: String, CaseIterable, Sendable {
    case unknown = "UNKNOWN"
    case notInUse = "NOT_INUSE"
    case inUse = "INUSE"
    case busy = "BUSY"
    case invalid = "INVALID"
    case unavailable = "UNAVAILABLE"
    case ringing = "RINGING"
    case ringingInUse = "RINGINUSE"
    case onHold = "ONHOLD"

    /// The name of the function with its argument: what Setvar sets.
    package static func variable(_ name: StateName) -> String { "DEVICE_STATE(\(name.text))" }
}
