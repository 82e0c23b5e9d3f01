/// What may be asked of the DNS.
enum HostName {
    /// Letters, digits, hyphens and underscores in labels of at most 63 bytes, together at most 253; also IP addresses.
    static func isValid(_ name: String) -> Bool {
        guard 1...253 ~= name.utf8.count else { return false }
        if name.utf8.contains(0x3A) { return name.utf8.allSatisfy(isOfAddress) }
        return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            1...63 ~= label.utf8.count && label.utf8.allSatisfy(isOfLabel)
        }
    }

    private static func isOfLabel(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        default: false
        }
    }

    private static func isOfAddress(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x3A, 0x41...0x46, 0x61...0x66, 0x2E: true
        default: false
        }
    }
}
