import Foundation

/// What turns a wall clock into moments and back.
protocol ZoneClock {
    /// Seconds that the zone's clocks are ahead of UTC at a moment.
    func offset(at instant: Instant) -> Int
}

extension ZoneClock {
    func wall(of instant: Instant) -> WallTime {
        WallTime(seconds: instant.seconds + offset(at: instant))
    }

    /// The moment a wall clock shows `wall`, as RFC 5545 (3.3.5) rules: of two such moments the first; of none (the hour
    /// that spring leaves out) the one the old offset would give.
    func instant(of wall: WallTime) -> Instant {
        let before = offset(at: Instant(seconds: wall.seconds - WallTime.day))
        let early = Instant(seconds: wall.seconds - before)
        if offset(at: early) == before { return early }
        let after = offset(at: Instant(seconds: wall.seconds + WallTime.day))
        let late = Instant(seconds: wall.seconds - after)
        return offset(at: late) == after ? late : early
    }
}

/// The zone of a time in a calendar file.
enum CalendarZone: Sendable, ZoneClock {
    case utc
    /// Defined by a VTIMEZONE of the file itself, whatever its name.
    case observances(ZoneObservances)
    /// Known to this machine by its IANA name.
    case named(TimeZone)

    func offset(at instant: Instant) -> Int {
        switch self {
        case .utc: 0
        case .observances(let observances): observances.offset(at: instant)
        case .named(let zone): zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(instant.seconds)))
        }
    }
}

/// The changes of the clock that a VTIMEZONE describes, oldest first.
struct ZoneObservances: Sendable, ZoneClock {
    struct Onset: Sendable {
        var instant: Instant
        var offset: Int
    }

    var onsets: [Onset]
    /// Holds before the first onset.
    var initialOffset: Int

    func offset(at instant: Instant) -> Int {
        // The first onset after the instant, by halving: expansion asks often.
        var low = 0
        var high = onsets.count
        while low < high {
            let middle = (low + high) / 2
            if onsets[middle].instant <= instant { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? initialOffset : onsets[low - 1].offset
    }
}
