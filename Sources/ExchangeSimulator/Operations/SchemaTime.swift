/// An `xs:dateTime` as requests carry it.
enum SchemaTime {
    /// Reads `2026-11-23T08:00:00`, with a fraction or not, with `Z`, an offset, or (meaning `clock`) neither.
    static func instant(_ text: String, clock: some ZoneClock) -> Instant? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 19, bytes[4] == dash, bytes[7] == dash, bytes[10] == letterT,
            bytes[13] == colon, bytes[16] == colon,
            let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), (1...12).contains(month),
            let day = number(bytes[8..<10]), (1...31).contains(day), let hour = number(bytes[11..<13]), hour <= 24,
            let minute = number(bytes[14..<16]), minute < 60, let second = number(bytes[17..<19]), second < 60
        else { return nil }
        let wall = WallTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        // What follows the seconds: a fraction, which is cut off, then the offset.
        var rest = bytes[19...]
        if rest.first == dot { rest = rest.dropFirst().drop { (zero...nine).contains($0) } }
        switch rest.first {
        case nil: return clock.instant(of: wall)
        case letterZ where rest.count == 1: return Instant(seconds: wall.seconds)
        case plus, dash:
            let parts = rest.dropFirst().split(separator: colon).map { number($0) }
            guard parts.count == 2, let hours = parts[0], let minutes = parts[1] else { return nil }
            let offset = hours * 3600 + minutes * 60
            return Instant(seconds: wall.seconds - (rest.first == plus ? offset : -offset))
        default: return nil
        }
    }

    // Bytes, because a request carries hundreds of times.
    private static let (zero, nine) = (UInt8(ascii: "0"), UInt8(ascii: "9"))
    private static let (dash, plus, colon, dot) = (
        UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: ":"), UInt8(ascii: ".")
    )
    private static let (letterT, letterZ) = (UInt8(ascii: "T"), UInt8(ascii: "Z"))

    /// Up to four decimal digits.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard !digits.isEmpty, digits.count <= 4 else { return nil }
        var value = 0
        for digit in digits {
            guard (zero...nine).contains(digit) else { return nil }
            value = value * 10 + Int(digit - zero)
        }
        return value
    }
}
