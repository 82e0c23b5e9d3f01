import Foundation

/// A keytab, and by what a changed one is told from it: the connector that uses it is built anew then. Its content is read
/// by Kerberos alone, each time a ticket is asked for.
struct KeytabFile: Hashable, Sendable {
    let path: String
    /// Differs where the content does, within one run of the program; `nil` where it cannot be read.
    let fingerprint: Int?

    /// Larger ones are told apart by their beginning and their size; one with a few keys has a few hundred bytes.
    private static let looked = 1 << 20

    init(path: String) {
        self.path = path
        fingerprint = Self.fingerprint(of: path)
    }

    private static func fingerprint(of path: String) -> Int? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        guard let bytes = try? file.read(upToCount: looked), let size = try? file.seekToEnd() else { return nil }
        var hasher = Hasher()
        hasher.combine(bytes)
        hasher.combine(size)
        return hasher.finalize()
    }
}
