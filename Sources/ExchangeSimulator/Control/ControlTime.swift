/// What is wrong with something a person wrote to the simulator.
struct ControlMistake: Error {
    /// A phrase that can follow the name of the place.
    var description: String
}

/// Times as people write them to the simulator.
enum ControlTime {
    /// RFC 3339, or counted from now like `+90m`, `-2h`, `+1d`.
    static func instant(_ text: String, now: Instant) throws(ControlMistake) -> Instant {
        if let sign = text.first, sign == "+" || sign == "-", let unit = text.last,
            let size = ["s": 1, "m": 60, "h": 3600, "d": WallTime.day][unit],
            let number = Int(text.dropFirst().dropLast()), (0...100_000).contains(number)
        {
            return now + (sign == "-" ? -1 : 1) * number * size
        }
        let isZoned = text.hasSuffix("Z") || text.dropFirst(19).contains { $0 == "+" || $0 == "-" }
        guard isZoned, let instant = SchemaTime.instant(text, clock: RequestTimeZone.utc) else {
            throw ControlMistake(description: "\"\(text)\" is neither RFC 3339 nor like +2h")
        }
        return instant
    }
}
