import Foundation
import HTTPTransport
import TestSupport

/// The Python server beside this file, started once for all tests; it ends when this process does, and
/// removes its folder.
final class MisbehavingServer: Sendable {
    static let shared = Result { try MisbehavingServer() }

    struct DidNotStart: Error {}

    /// The file of the authority that signed all certificates but those of `unknown` and `own`.
    let caFile: String
    let socketPath: String
    private let ports: [String: Int]
    private let folder: TemporaryFolder
    /// The server ends when this closes.
    private let lifeline: Pipe

    private init() throws {
        folder = try TemporaryFolder()
        caFile = folder.file("authority.pem")
        socketPath = folder.file("socket")
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("misbehaving-server.py")
        let process = Process()
        let output = Pipe()
        lifeline = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-W", "ignore::DeprecationWarning", script.path, folder.path]
        process.standardInput = lifeline
        process.standardOutput = output
        try process.run()
        var text = ""
        while !text.hasSuffix("ready\n") {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { throw DidNotStart() }
            text += String(decoding: data, as: UTF8.self)
        }
        let lines = text.split(separator: "\n").dropLast().map { $0.split(separator: " ") }
        ports = Dictionary(uniqueKeysWithValues: lines.map { (String($0[0]), Int($0[1]) ?? 0) })
    }

    /// Where it listens without TLS.
    var port: Int { ports["plain"] ?? 0 }

    /// The URL of a misbehaviour, such as `stall`, without TLS.
    func url(_ path: String) -> String { "http://127.0.0.1:\(port)/\(path)" }

    /// The path of what the script wrote, such as `good.pem`.
    func file(_ name: String) -> String { folder.file(name) }

    /// The pin of a certificate's key, by the command line of OpenSSL.
    func pin(of certificate: String) throws -> String {
        try String(contentsOfFile: folder.file("\(certificate).pin"), encoding: .utf8)
    }

    /// The same behind a certificate: `good`, `other-name`, `expired`, `early`, `unknown`, which a stranger signed, `own`,
    /// which signed itself, `cut-off`, whose intermediate authority is not sent, `whole`, with all that stand behind it,
    /// `under-old`, whose authority has expired, `nameless`, `strange` in what it says, `old`, with TLS up to 1.1
    /// alone, `resuming`, with 1.2; or none at all, `anonymous`. There is no TLS but the greeting of a `mail`
    /// server, or a connection that is closed at once, `rude`.
    func secureURL(_ path: String, certificate: String = "good", host: String = "127.0.0.1") -> String {
        "https://\(host):\(ports[certificate] ?? 0)/\(path)"
    }
}

/// What the server's `/echo` saw.
struct Echo: Decodable {
    var method: String
    var headers: [[String]]
    var body: String
    /// The number of the connection, and that of the request on it.
    var connection: Int
    var request: Int

    init(_ response: HTTPResponse) throws {
        self = try JSONDecoder().decode(Echo.self, from: Data(response.body))
    }

    func values(of name: String) -> [String] {
        headers.filter { $0[0].lowercased() == name.lowercased() }.map { $0[1] }
    }
}

extension HTTPClient {
    /// The error of a request that must fail; `nil` if it did not.
    func failure(of request: HTTPRequest) async -> HTTPError? {
        do throws(HTTPError) {
            _ = try await send(request)
            return nil
        } catch {
            return error
        }
    }
}

extension [UInt8] {
    var text: String { String(decoding: self, as: UTF8.self) }
}
