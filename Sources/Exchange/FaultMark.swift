/// Whether an answer is a SOAP fault, told by its first bytes: after one, grommunio sends a second response that nobody
/// asked for, so the connection must not be used again. A false alarm costs a connection and nothing else.
enum FaultMark {
    private static let marks = [Array(":Fault>".utf8), Array(":Fault ".utf8), Array("<Fault".utf8)]

    static func isIn(status: Int, _ firstBytes: [UInt8]) -> Bool {
        status >= 400 || marks.contains { firstBytes.firstRange(of: $0) != nil }
    }
}
