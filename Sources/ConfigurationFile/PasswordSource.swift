package import Availability
internal import Foundation

/// Where a password is kept. The configuration never holds the password itself.
package enum PasswordSource: Hashable, Sendable {
    /// The absolute path of a file.
    case file(String)
    /// The name of a credential that systemd hands to the daemon (`LoadCredential=`, systemd.exec(5)).
    case credential(String)
}

extension PasswordSource: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let path): "file \(path)"
        case .credential(let name): "credential \(name)"
        }
    }
}

extension PasswordSource {
    /// The largest file a password is read from, in bytes.
    package static let largest = 4_096

    /// Reads the password: the first line of the file, without its line end.
    ///
    /// - Parameter credentialsDirectory: what `$CREDENTIALS_DIRECTORY` says, if anything.
    package func readPassword(credentialsDirectory: String?) throws(PasswordError) -> String {
        let path = try path(credentialsDirectory: credentialsDirectory)
        guard let handle = FileHandle(forReadingAtPath: path) else { throw PasswordError(self, .unreadable) }
        defer { try? handle.close() }
        guard let bytes = try? handle.read(upToCount: Self.largest + 1) ?? Data() else {
            throw PasswordError(self, .unreadable)
        }
        guard bytes.count <= Self.largest else { throw PasswordError(self, .tooLarge) }
        var line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        guard !line.isEmpty else { throw PasswordError(self, .empty) }
        guard let password = String(bytes: line, encoding: .utf8) else { throw PasswordError(self, .notText) }
        return password
    }

    /// The file that holds it.
    /// - Parameter credentialsDirectory: what `$CREDENTIALS_DIRECTORY` says, if anything.
    package func path(credentialsDirectory: String?) throws(PasswordError) -> String {
        switch self {
        case .file(let path): return path
        case .credential(let name):
            guard let credentialsDirectory, !credentialsDirectory.isEmpty else {
                throw PasswordError(self, .noCredentials)
            }
            return "\(credentialsDirectory)/\(name)"
        }
    }
}

/// A password could not be read. Never holds any of it.
package struct PasswordError: ExplainedError, Hashable {
    /// What stands between the daemon and the password.
    package enum Cause: Hashable, Sendable {
        /// There is no such file, or this user may not read it.
        case unreadable
        case empty
        /// More than ``PasswordSource/largest`` bytes.
        case tooLarge
        /// Not UTF-8.
        case notText
        /// The daemon was not started by systemd with a credential.
        case noCredentials
    }

    package let source: PasswordSource
    package let cause: Cause

    init(_ source: PasswordSource, _ cause: Cause) {
        self.source = source
        self.cause = cause
    }

    package var diagnosis: Diagnosis {
        let remedy =
            switch source {
            case .file(let path):
                "Write the password into the first line of \(path). The daemon's user alone must be able to read it."
            case .credential(let name):
                "Hand the credential to the daemon with LoadCredential=\(name):/path/to/file in the unit, or use "
                    + "password_file where systemd does not start it."
            }
        return Diagnosis(
            id: "config.password-unreadable",
            summary: "The password in the \(source) \(seen).",
            remedy: remedy
        )
    }

    package var retry: RetryAdvice { .never }

    /// Reads on from the name of a key, as mistakes of the configuration do.
    var objection: Objection { Objection("the password in the \(source) \(seen)") }

    /// Reads on from what cannot be had.
    var seen: String {
        switch cause {
        case .unreadable: "cannot be read"
        case .empty: "is empty: its first line holds nothing"
        case .tooLarge: "is longer than \(PasswordSource.largest) bytes"
        case .notText: "is not UTF-8"
        case .noCredentials: "cannot be found: no credentials were handed over ($CREDENTIALS_DIRECTORY is not set)"
        }
    }
}
