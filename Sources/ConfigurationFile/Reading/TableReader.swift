/// The keys of one table, as the file spells them.
protocol TableKey: CaseIterable, Hashable, RawRepresentable<String> {
    /// The table as a message names it: `[scan]`, `[[user]]`; empty for the root.
    static var table: String { get }

    /// For a key that has no use beside the other keys: whether `value` asks for nothing, so that it may stand.
    func isIdle(_ value: TOMLValue) -> Bool
}

extension TableKey {
    static var names: [String] { allCases.map(\.rawValue) }

    func isIdle(_ value: TOMLValue) -> Bool { value.isEmpty }
}

extension TOMLValue {
    /// `false`, `""`, `[]` and `{}`: how a file says that it does not want something.
    var isEmpty: Bool {
        switch self {
        case .boolean(let flag): !flag
        case .string(let text): text.isEmpty
        case .array(let elements): elements.isEmpty
        case .table(let table): table.entries.isEmpty
        case .integer, .float, .dateTime: false
        }
    }
}

/// Reads one table key by key. Whatever is wrong is noted and comes back as `nil`, as does a key that is not there.
struct TableReader<Key: TableKey> {
    /// Where the table's header begins.
    let place: Place
    let mistakes: MistakeList

    private let entries: [String: TOMLTable.Entry]

    /// Notes every key that does not exist.
    init(_ table: TOMLTable, mistakes: MistakeList) {
        place = table.place
        entries = table.entries
        self.mistakes = mistakes
        for (name, entry) in entries where Key(rawValue: name) == nil { noteUnknown(name, entry) }
    }

    private func noteUnknown(_ name: String, _ entry: TOMLTable.Entry) {
        var hint = Spelling.hint(for: name, among: Key.names)
        if hint.isEmpty, !Key.table.isEmpty { hint = "; its keys are \(Key.names.joined(separator: ", "))" }
        let what =
            switch (Key.table.isEmpty, entry.value.value) {
            case (false, _): "unknown key \"\(name)\" in \(Key.table)"
            case (true, .table), (true, .array): "unknown table \"\(name)\""
            case (true, _): "unknown key \"\(name)\" outside of any table"
            }
        mistakes.note(what + hint, at: entry.keyPlace)
    }

    func has(_ key: Key) -> Bool { entries[key.rawValue] != nil }

    /// Whether the key is not there, or asks for nothing.
    func isIdle(_ key: Key) -> Bool { entries[key.rawValue].map { key.isIdle($0.value.value) } ?? true }

    /// Where the key is written; the table's header where it is not.
    func place(of key: Key) -> Place { entries[key.rawValue]?.keyPlace ?? place }

    /// Notes those of `keys` that are not there, at the table's header.
    func require(_ keys: Key...) {
        for key in keys { requireOne(of: [key]) }
    }

    /// Notes that none of `keys` is there, at the table's header.
    func requireOne(of keys: [Key]) {
        // A misspelt key was noted with its suggestion, and once is enough.
        let misspelt = entries.keys.filter { Key(rawValue: $0) == nil }
            .compactMap { Spelling.closest(to: $0, among: Key.names) }
        guard !keys.contains(where: { has($0) || misspelt.contains($0.rawValue) }) else { return }
        let names = keys.map { "\"\($0.rawValue)\"" }
        let list =
            names.count < 3
            ? names.joined(separator: " or ")
            : names.dropLast().joined(separator: ", ") + " or \(names[names.count - 1])"
        mistakes.note("missing key \(list) in \(Key.table)", at: place)
    }

    /// The value of a key, as long as `pick` takes it.
    /// - Parameter expected: how a message names what `pick` takes.
    func value<Value>(_ key: Key, _ expected: String, _ pick: (TOMLValue) -> Value?) -> Located<Value>? {
        guard let found = entries[key.rawValue]?.value else { return nil }
        guard let value = pick(found.value) else {
            var message = "\(key.rawValue): expected \(expected), found \(found.value.kind)"
            if expected == "a string", case .integer(let number) = found.value { message += "; write \"\(number)\"" }
            mistakes.note(message, at: found.place)
            return nil
        }
        return Located(value: value, place: found.place)
    }

    /// Notes what `convert` has against a value that stands at `place`.
    func converted<Raw, Value>(
        _ key: Key,
        _ raw: Located<Raw>,
        _ convert: (Raw) throws(Objection) -> Value
    ) -> Located<Value>? {
        do throws(Objection) {
            return Located(value: try convert(raw.value), place: raw.place)
        } catch {
            mistakes.note("\(key.rawValue): \(error.message)", at: raw.place, diagnosis: error.diagnosis)
            return nil
        }
    }
}
