import Foundation

/// A folder of a test's own that goes when the test does.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init() throws {
        let template = FileManager.default.temporaryDirectory.appendingPathComponent("freebusyd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: template,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        path = template.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes a file and returns its path.
    @discardableResult
    package func write(_ text: String, to name: String, permissions: Int = 0o600) throws -> String {
        let file = self.file(name)
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: file)
        return file
    }

    /// The path of a file of this name in the folder, whether it exists or not.
    package func file(_ name: String) -> String { "\(path)/\(name)" }
}
