import ControlAPI
import ControlClient
import ControlText
import Foundation

/// What a shell offers to complete a word with, asked of the running daemon. Silent where there is none, or where it takes
/// longer than a person would wait for a key.
enum Candidates {
    /// Seconds for the whole answer.
    private static let patience = 1.0

    /// Addresses; and extensions where one was begun.
    @Sendable
    static func users(words: [String], index _: Int, prefix: String) async -> [String] {
        let users = await ask(ControlPath("v1", "users"), [UserSummary].self, words: words) ?? []
        let beginning = prefix.lowercased()
        return users.flatMap { user in
            [user.address] + (prefix.isEmpty ? [] : [user.phoneExtension].compactMap(\.self))
        }.filter { $0.hasPrefix(beginning) }.map(\.printable)
    }

    /// The names of the connectors.
    @Sendable
    static func connectors(words: [String], index _: Int, prefix _: String) async -> [String] {
        let status = await ask(ControlPath("v1", "status"), StatusReply.self, words: words)
        return status?.connectors.map(\.name.printable) ?? []
    }

    /// The names of the hooks.
    @Sendable
    static func hooks(words: [String], index _: Int, prefix _: String) async -> [String] {
        let hooks = await ask(ControlPath("v1", "hooks"), [HookReport].self, words: words)
        return hooks?.map(\.name.printable) ?? []
    }

    /// - Parameter words: of the command line so far, which may name the socket.
    private static func ask<Reply: Decodable>(_ path: ControlPath, _: Reply.Type, words: [String]) async -> Reply? {
        let environment = ProcessInfo.processInfo.environment
        guard let socket = try? SocketPath(option: socketOption(words), environment: environment) else { return nil }
        return try? await ControlClient(socketPath: socket.text, patience: patience).get(path)
    }

    private static func socketOption(_ words: [String]) -> String? {
        let option = "--socket"
        if let index = words.lastIndex(of: option), words.indices.contains(index + 1) { return words[index + 1] }
        return words.last { $0.hasPrefix("\(option)=") }.map { String($0.dropFirst(option.count + 1)) }
    }
}
