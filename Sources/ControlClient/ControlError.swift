package import ControlAPI
import Foundation
package import HTTPTransport

/// Why a command did not get what it asked the daemon for.
package enum ControlError: Error, Hashable, Sendable {
    /// There is no socket of this path.
    case socketMissing(path: String)
    /// There is one, but nobody listens on it.
    case refused(path: String)
    /// What is there is no socket.
    case notASocket(path: String)
    /// This user may not use the socket.
    case noPermission(path: String)
    /// The daemon took the connection and did not answer in time.
    case noAnswer
    /// The connection ended in the middle of an answer.
    case connectionLost
    /// A stream that goes on for as long as the daemon runs has ended.
    case streamEnded
    /// The daemon says that it can not, and why.
    case problem(ProblemDocument)
    /// What answers does not speak the control API, or another version of it.
    case unexpectedAnswer(status: Int)
    /// What was to be sent has no form in JSON, such as a number that is infinite.
    case unencodable
    case cancelled
    case transport(HTTPError)

    /// What libcurl met on the way to the socket at `path`.
    package init(_ error: HTTPError, path: String) {
        self =
            switch error {
            case .unreachable(_, ENOENT), .unreachable(_, ENOTDIR): .socketMissing(path: path)
            // Linux refuses a connection to any file in the same way.
            case .unreachable(_, ECONNREFUSED): Self.isOther(path) ? .notASocket(path: path) : .refused(path: path)
            case .unreachable(_, EACCES), .unreachable(_, EPERM): .noPermission(path: path)
            case .connectTimeout, .firstByteTimeout, .stalled, .wholeTimeout: .noAnswer
            case .connectionClosed: .connectionLost
            case .cancelled: .cancelled
            default: .transport(error)
            }
    }

    /// Whether something exists at `path` that is not a socket.
    private static func isOther(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFSOCK
    }

    /// Whether the daemon could not be reached at all, or no longer, for which programs have an exit code of their own.
    package var isUnreachable: Bool {
        switch self {
        case .socketMissing, .refused, .notASocket, .noPermission, .noAnswer, .streamEnded, .transport: true
        case .connectionLost, .problem, .unexpectedAnswer, .unencodable, .cancelled: false
        }
    }

    /// One sentence: what was seen.
    package var message: String {
        switch self {
        case .socketMissing(let path): "There is no control socket at \(path)."
        case .refused(let path): "Nobody listens on the control socket \(path)."
        case .notASocket(let path): "What exists at \(path) is not a socket."
        case .noPermission(let path): "The control socket \(path) is not open to this user."
        case .noAnswer: "freebusyd does not answer."
        case .connectionLost: "freebusyd ended the connection in the middle of its answer."
        case .streamEnded: "freebusyd ended the stream: it was stopped, or changes came faster than they were taken."
        case .problem(let problem): problem.detail
        case .unexpectedAnswer(let status):
            "What answered with HTTP status \(status) does not speak this version of the control API."
        case .unencodable: "The request can not be written as JSON."
        case .cancelled: "Cancelled."
        case .transport(let error): error.description
        }
    }

    /// What to do about it, where there is something.
    package var remedy: String? {
        switch self {
        case .socketMissing:
            """
            See with `systemctl status freebusyd` whether it runs and with `journalctl -u freebusyd` why not; if it runs, \
            name its socket with --socket.
            """
        case .notASocket: "Name the socket of freebusyd with --socket; control_socket in its configuration says which."
        case .refused, .noAnswer:
            "See with `systemctl status freebusyd` whether it runs, and with `journalctl -u freebusyd` why not."
        case .noPermission: "Run this as root or as a member of the group freebusyd."
        case .connectionLost, .streamEnded: "See with `journalctl -u freebusyd` whether it was stopped or restarted."
        case .problem(let problem): problem.remedy
        case .unexpectedAnswer: "Use the freebusyctl that came with this freebusyd, and check --socket."
        case .unencodable, .cancelled, .transport: nil
        }
    }
}
