/// Which control socket is meant.
package struct SocketPath: Hashable, Sendable {
    /// Why a path cannot be that of a socket.
    package struct TooLong: Error, CustomStringConvertible, Hashable {
        package let path: String

        package var description: String {
            """
            The path of the control socket has \(path.utf8.count) bytes; a socket's path has at most \
            \(SocketPath.longest). It is \(path.printable).
            """
        }
    }

    /// Bytes that the path of a socket may have on Linux, without its closing zero (unix(7)).
    package static let longest = 107
    /// Where the daemon of the package listens.
    package static let standard = "/run/freebusyd/control.sock"

    package let text: String

    /// - Parameters:
    ///   - option: `--socket`; empty counts as not given.
    ///   - environment: of the process. `FREEBUSYD_SOCKET` is asked where there is no option; empty counts as unset.
    package init(option: String?, environment: [String: String]) throws(TooLong) {
        let given = [option, environment["FREEBUSYD_SOCKET"]].compactMap(\.self)
        text = given.first { !$0.isEmpty } ?? Self.standard
        guard text.utf8.count <= Self.longest else { throw TooLong(path: text) }
    }
}
