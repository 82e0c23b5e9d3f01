import Foundation

/// The program `openssl`, which makes keys and certificates for the tests and judges what was signed with them.
package struct OpenSSLCommand: Sendable {
    /// It ended with another status than 0.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Where it runs and what it reads and writes is.
    package let folder: TemporaryFolder

    package init() throws {
        folder = try TemporaryFolder()
    }

    /// Runs it once.
    ///
    /// - Returns: what it prints.
    @discardableResult
    package func callAsFunction(_ arguments: String...) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let printed = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "openssl \(arguments.joined(separator: " ")): \(process.terminationStatus)")
        }
        return String(decoding: printed, as: UTF8.self)
    }

    /// A key and a certificate that it signed itself: `NAME.key` and `NAME.crt`.
    package func makeIdentity(_ name: String, days: String = "30") throws {
        try callAsFunction(
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-noenc",
            "-subj",
            "/CN=\(name)",
            "-days",
            days,
            "-keyout",
            "\(name).key",
            "-out",
            "\(name).crt"
        )
    }

    package func contents(of name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: folder.file(name))))
    }

    package func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file(name)))
    }
}
