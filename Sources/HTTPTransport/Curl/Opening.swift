/// How something begins that is not HTTP: a mail server greets whoever connects, and so names itself.
enum Opening {
    /// The first line, as far as it is printable ASCII; at most 60 characters.
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.prefix { (0x20...0x7E).contains($0) }.prefix(60), as: UTF8.self)
    }
}
