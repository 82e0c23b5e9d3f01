import Foundation

/// The folder of third-party samples that lies beside the repository on the machines of those who work on it.
enum SharedFolder {
    /// `../shared` from the root of the repository, also where this file is reached through a link.
    private static let root: URL = {
        var url = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        for _ in 0..<4 { url.deleteLastPathComponent() }
        return url.appendingPathComponent("shared")
    }()

    static var exists: Bool { FileManager.default.fileExists(atPath: root.appendingPathComponent("ews").path) }

    static func path(_ name: String) -> String { root.appendingPathComponent(name).path }

    static func bytes(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    /// The files below `folder` whose names end in `suffix`, relative to the shared folder, sorted.
    static func files(below folder: String, suffix: String) -> [String] {
        let names = FileManager.default.enumerator(atPath: path(folder))?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(suffix) }.map { "\(folder)/\($0)" }.sorted()
    }
}
