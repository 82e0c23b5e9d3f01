internal import Foundation

/// What a file system has at a path, as far as the configuration must know.
package enum FileState: Hashable, Sendable {
    case missing
    /// It cannot be looked at: a folder on the way is closed to this user.
    case unreachable
    /// A regular file with its permission bits (the lower 12 of its mode).
    case regular(permissions: UInt32)
    /// A folder, a device, a socket.
    case other
}

/// What the decoder may ask the system; tests answer themselves.
package struct ConfigurationEnvironment: Sendable {
    /// What is at a path, links followed.
    package var fileState: @Sendable (_ path: String) -> FileState

    /// The first bytes of a file, at most `count` of them; `nil` where it cannot be read.
    package var readFile: @Sendable (_ path: String, _ count: Int) -> [UInt8]?

    /// What keeps a password from being read; `nil` where nothing does, or where that cannot be known from here.
    package var passwordFlaw: @Sendable (PasswordSource) -> PasswordError?

    /// The first bytes of another secret; `nil` where that cannot be known from here.
    package var secret: @Sendable (PasswordSource) throws(PasswordError) -> [UInt8]?

    /// The token that is kept there; `nil` where that cannot be known from here.
    package var token: @Sendable (PasswordSource) throws(TokenError) -> String?

    /// The number of a group of this machine; `nil` where there is none of this name.
    package var groupNumber: @Sendable (_ name: String) -> UInt32?

    package init(
        fileState: @escaping @Sendable (_ path: String) -> FileState,
        readFile: @escaping @Sendable (_ path: String, _ count: Int) -> [UInt8]? = { _, _ in nil },
        passwordFlaw: @escaping @Sendable (PasswordSource) -> PasswordError? = { _ in nil },
        secret: @escaping @Sendable (PasswordSource) throws(PasswordError) -> [UInt8]? = { _ in nil },
        token: @escaping @Sendable (PasswordSource) throws(TokenError) -> String? = { _ in nil },
        groupNumber: @escaping @Sendable (_ name: String) -> UInt32? = { _ in nil }
    ) {
        self.fileState = fileState
        self.readFile = readFile
        self.passwordFlaw = passwordFlaw
        self.secret = secret
        self.token = token
        self.groupNumber = groupNumber
    }

    /// The real file system. Credentials are not looked for: systemd hands them to the daemon alone.
    package static let system = ConfigurationEnvironment(
        fileState: realFileState,
        readFile: readRealFile,
        passwordFlaw: { source in
            guard case .file = source else { return nil }
            return flaw(source, credentialsDirectory: nil)
        },
        secret: { (source) throws(PasswordError) in
            guard case .file = source else { return nil }
            return try source.firstBytes(credentialsDirectory: nil)
        },
        token: { (source) throws(TokenError) in
            guard case .file = source else { return nil }
            return try source.readToken(credentialsDirectory: nil)
        },
        groupNumber: realGroupNumber
    )

    /// The real file system as the daemon sees it, with the credentials it was handed.
    /// - Parameter credentialsDirectory: what `$CREDENTIALS_DIRECTORY` says, if anything.
    package static func daemon(credentialsDirectory: String?) -> ConfigurationEnvironment {
        ConfigurationEnvironment(
            fileState: realFileState,
            readFile: readRealFile,
            passwordFlaw: { flaw($0, credentialsDirectory: credentialsDirectory) },
            secret: { (source) throws(PasswordError) in
                try source.firstBytes(credentialsDirectory: credentialsDirectory)
            },
            token: { (source) throws(TokenError) in
                try source.readToken(credentialsDirectory: credentialsDirectory)
            },
            groupNumber: realGroupNumber
        )
    }

    private static func flaw(_ source: PasswordSource, credentialsDirectory: String?) -> PasswordError? {
        do throws(PasswordError) {
            _ = try source.readPassword(credentialsDirectory: credentialsDirectory)
            return nil
        } catch {
            return error
        }
    }

    private static let realFileState: @Sendable (String) -> FileState = { path in
        var status = stat()
        guard stat(path, &status) == 0 else {
            return errno == EACCES ? .unreachable : .missing
        }
        return status.st_mode & S_IFMT == S_IFREG ? .regular(permissions: status.st_mode & 0o7777) : .other
    }

    private static let realGroupNumber: @Sendable (String) -> UInt32? = { name in
        var entry = Foundation.group()
        var found: UnsafeMutablePointer<Foundation.group>?
        // The entry comes with the names of all members.
        var buffer = [CChar](repeating: 0, count: 1 << 20)
        guard getgrnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        return entry.gr_gid
    }

    /// What ``readFile`` is in the real file system.
    static let readRealFile: @Sendable (String, Int) -> [UInt8]? = { path, count in
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        return (try? handle.read(upToCount: count) ?? Data()).map(Array.init)
    }
}

extension ConfigurationEnvironment {
    /// The permission bits of a regular file, named by its absolute path.
    private func permissions(ofFile path: String) throws(Objection) -> UInt32 {
        try regularFile(AbsolutePath.checked(path))
    }

    /// The permission bits of a regular file.
    private func regularFile(_ path: String) throws(Objection) -> UInt32 {
        switch fileState(path) {
        case .missing: throw Objection("there is no file \"\(path)\"")
        case .unreachable: throw Objection("\"\(path)\" cannot be reached with the rights of this user")
        case .other: throw Objection("\"\(path)\" is not a regular file")
        case .regular(let permissions): return permissions
        }
    }

    /// Takes the absolute path of any regular file.
    func file(_ path: String) throws(Objection) -> String {
        _ = try permissions(ofFile: path)
        return path
    }

    /// All bytes of a regular file, at most `largest` of them.
    func content(ofFile path: String, largest: Int) throws(Objection) -> [UInt8] {
        _ = try regularFile(path)
        // One byte more than is allowed shows that the file is too large.
        guard let bytes = readFile(path, largest + 1) else {
            throw Objection("\"\(path)\" cannot be read with the rights of this user")
        }
        guard bytes.count <= largest else {
            throw Objection("\"\(path)\" is larger than \(largest / 1_048_576) MiB")
        }
        return bytes
    }

    /// A file that holds a secret: nobody but its owner may write it, and others may not read it.
    func secretFile(_ path: String) throws(Objection) -> String {
        let permissions = try self.permissions(ofFile: path)
        guard permissions & 0o006 == 0 else {
            throw Objection("others can read or write \"\(path)\"; close it with `chmod 600 \(path)`")
        }
        guard permissions & 0o020 == 0 else {
            throw Objection("its group can write \"\(path)\"; close it with `chmod 600 \(path)`")
        }
        return path
    }

    /// Takes the name of a group that this machine has.
    func group(_ name: String) throws(Objection) -> SystemGroup {
        guard let number = groupNumber(name) else {
            throw Objection("this machine has no group \"\(name)\"; add it with `groupadd --system`, or name another")
        }
        return SystemGroup(name: name, number: number)
    }

    /// A program that somebody may execute.
    func program(_ path: String) throws(Objection) -> String {
        guard try permissions(ofFile: path) & 0o111 != 0 else {
            throw Objection("\"\(path)\" is not executable; make it so with `chmod 755 \(path)`")
        }
        return path
    }
}

/// A path from the root: a daemon has no folder of its own that others could be told from.
enum AbsolutePath {
    /// The longest path the system takes, without the closing zero (`PATH_MAX`, limits.h).
    static let longest = 4_095

    static func checked(_ path: String) throws(Objection) -> String {
        guard path.hasPrefix("/") else { throw Objection("\"\(path)\" is not an absolute path; begin it with /") }
        guard path.utf8.count <= longest, !path.utf8.contains(0) else { throw Objection("this is no path") }
        return path
    }
}
