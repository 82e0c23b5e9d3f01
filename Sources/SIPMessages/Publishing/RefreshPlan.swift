/// When publications are refreshed: well before they expire, and however many were published at once, not at once.
///
/// Each gets a place in a window of its lifetime. The places follow the golden ratio, so that however many there are
/// they lie about evenly (a Kronecker sequence), without a draw that would crowd here and there.
package struct RefreshPlan: Sendable {
    /// Fractional part of the golden ratio.
    private static let step = 0.618_033_988_749_894_9

    /// From 0 up to, but not including, 1.
    private var place: Double

    /// - Parameter place: from 0 up to, but not including, 1; where to begin, best a random one, so that two daemons
    ///   that start together do not keep in step.
    package init(beginningAt place: Double) {
        self.place = min(max(place, 0), 0.999)
    }

    /// Seconds before its end by which a publication is being refreshed: time for a request that gets no answer in 32 s,
    /// and another one; less where it lives shortly.
    ///
    /// - Parameter lifetime: seconds that the server keeps it.
    package static func margin(_ lifetime: Double) -> Double {
        min(max(lifetime / 5, 64), lifetime / 4)
    }

    /// Seconds until a publication is to be refreshed that was made now: at half its life at the earliest.
    ///
    /// - Parameter lifetime: what the server granted, which may be less than was asked for.
    package mutating func delay(lifetime: Double) -> Double {
        spread(from: lifetime / 2, to: lifetime - Self.margin(lifetime))
    }

    /// Seconds until a publication is to be refreshed that an earlier run made, whose end is all that is known: any time
    /// from now on.
    ///
    /// - Parameter remaining: seconds until it expires. Not positive where it has: 0 then, for it is to be published anew.
    package mutating func delay(remaining: Double) -> Double {
        remaining > 0 ? spread(from: 0, to: remaining - Self.margin(remaining)) : 0
    }

    private mutating func spread(from start: Double, to end: Double) -> Double {
        place += Self.step
        if place >= 1 { place -= 1 }
        return start + (end - start) * place
    }
}
