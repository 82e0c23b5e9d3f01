/// Made-up mailboxes `user0001@example.com`, `user0002@example.com` and so on, the same at every start on the same day.
struct SyntheticCrowd {
    var mailboxes: Int
    /// For each, spread over the seven days from today's midnight (UTC).
    var appointments: Int
    var domain = "example.com"

    /// - Parameter now: only its UTC date matters to the calendars.
    func make(now: Instant) -> [Mailbox] {
        guard mailboxes > 0 else { return [] }
        let midnight = WallTime(seconds: now.seconds).midnight
        return (1...mailboxes).map { number in
            let digits = String(number)
            let name = "user" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            var mailbox = Mailbox(address: "\(name)@\(domain)", source: "synthetic", calendar: nil, now: now)
            for index in 0..<appointments { mailbox.book(appointment(index, of: number, from: midnight)) }
            return mailbox
        }
    }

    /// Starts on a quarter of an hour, lasts 15 minutes to two hours; mostly busy.
    private func appointment(_ index: Int, of number: Int, from midnight: WallTime) -> Occurrence {
        let seed = UInt64(number) &* 1_000_003 &+ UInt64(index)
        let quartersOfWeek = 7 * 24 * 4
        let start = midnight.seconds + Int(Self.scattered(seed) % UInt64(quartersOfWeek)) * 900
        let length = (1 + Int(Self.scattered(seed ^ 0xA5A5) % 8)) * 900
        let types: [BusyType] = [.busy, .busy, .busy, .busy, .tentative, .free, .outOfOffice, .workingElsewhere]
        return Occurrence(
            id: "synthetic-\(index + 1)",
            start: Instant(seconds: start),
            end: Instant(seconds: start + length),
            busyType: types[Int(Self.scattered(seed ^ 0x5A5A) % UInt64(types.count))],
            subject: "Appointment \(index + 1)"
        )
    }

    /// SplitMix64: neighbours in, strangers out.
    private static func scattered(_ seed: UInt64) -> UInt64 {
        var value = seed &+ 0x9E37_79B9_7F4A_7C15
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
