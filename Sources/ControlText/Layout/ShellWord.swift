/// A word of a command that a person may copy into a shell.
package enum ShellWord {
    private static let plain = Set("@%+=:,./-_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

    /// `word` so that a POSIX shell reads it as one word and nothing in it as anything else (XCU 2.2.2).
    package static func quoted(_ word: String) -> String {
        guard word.isEmpty || !word.allSatisfy(plain.contains) else { return word }
        return "'\(word.replacing("'", with: #"'\''"#))'"
    }
}
