import Foundation
import Glibc
import TestSupport
import Testing

/// A named pipe through which programs of a test speak, and whose end says that all of them are gone.
final class Fifo: Sendable {
    let path: String
    private let queue = DispatchQueue(label: "fifo")
    private let file: Int32

    init(_ folder: TemporaryFolder) throws {
        path = folder.file("fifo")
        try #require(mkfifo(path, 0o600) == 0)
        try #require(mkfifo(path + ".2", 0o600) == 0)
        // Does not wait for a writer, as a blocking open would.
        file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        try #require(file >= 0)
        _ = fcntl(file, F_SETFL, 0)
    }

    deinit {
        close(file)
    }

    /// The next line somebody writes.
    func line() async -> String { await read(until: UInt8(ascii: "\n")) }

    /// What is written until nobody has the pipe open any more.
    func end() async -> String { await read(until: nil) }

    /// Lets one go on that reads a line from the second pipe.
    func release() async throws {
        await withCheckedContinuation { continuation in
            queue.async { [path] in
                let writer = open(path + ".2", O_WRONLY | O_CLOEXEC)
                write(writer, "\n", 1)
                close(writer)
                continuation.resume()
            }
        }
    }

    /// On a thread of its own queue: a test may not block one that others need.
    private func read(until last: UInt8?) async -> String {
        await withCheckedContinuation { continuation in
            queue.async { [file] in
                var bytes: [UInt8] = []
                var byte: UInt8 = 0
                // Before the first writer came, a pipe reads as ended.
                var waiting = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
                poll(&waiting, 1, -1)
                while Glibc.read(file, &byte, 1) == 1, byte != last { bytes.append(byte) }
                continuation.resume(returning: String(decoding: bytes, as: UTF8.self))
            }
        }
    }
}
