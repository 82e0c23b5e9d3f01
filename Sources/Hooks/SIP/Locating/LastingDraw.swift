/// Random numbers that are the same whenever they are drawn for the same (SplitMix64,
/// <https://prng.di.unimi.it/splitmix64.c>, begun with FNV-1a, <https://www.rfc-editor.org/rfc/rfc9923>).
///
/// A presence server keeps what it was told, and need not tell its equals. Servers that are drawn by weight must
/// therefore come out in the same order each time they are looked up: what one of them keeps would else be published
/// anew to another, and stand at the first until it expires.
struct LastingDraw: RandomNumberGenerator {
    private var state: UInt64

    init(for text: String) {
        state = text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
