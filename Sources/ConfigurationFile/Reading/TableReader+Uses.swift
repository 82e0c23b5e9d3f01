extension TableReader {
    /// Notes a key that has no meaning beside the other keys, so that nobody relies on what does not happen. One that
    /// asks for nothing may stand.
    /// - Parameters:
    ///   - setting: the key that would have to say something else.
    ///   - words: what it would have to say, one of these.
    func refuse(_ key: Key, usedOnlyWith setting: Key, _ words: [String]) {
        guard !isIdle(key) else { return }
        let quoted = words.map { "\"\($0)\"" }
        let list =
            quoted.count < 2
            ? quoted.joined() : quoted.dropLast().joined(separator: ", ") + " or \(quoted[quoted.count - 1])"
        mistakes.note(
            "\(key.rawValue) is only used with \(setting.rawValue) = \(list); leave it out",
            at: place(of: key)
        )
    }
}
