/// Whether an answer is a SOAP fault, told by its first bytes: after one, grommunio sends a second response that nobody
/// asked for, so the connection must not be used again. A false alarm costs a connection and nothing else.
enum FaultMark {
    private static let word = Array("Fault".utf8)

    /// Whether there is a `:Fault>`, a `:Fault ` or a `<Fault`. Every answer passes here, so it is looked at once, byte by
    /// byte: `firstRange(of:)` takes a thousand times as long.
    static func isIn(status: Int, _ firstBytes: [UInt8]) -> Bool {
        guard status < 400 else { return true }
        var rest = firstBytes.dropFirst()
        while let start = rest.firstIndex(of: word[0]) {
            rest = rest[start...]
            if rest.starts(with: word) {
                let before = firstBytes[start - 1]
                let after = rest.dropFirst(word.count).first
                if before == UInt8(ascii: "<") { return true }
                if before == UInt8(ascii: ":"), after == UInt8(ascii: ">") || after == UInt8(ascii: " ") { return true }
            }
            rest = rest.dropFirst()
        }
        return false
    }
}
