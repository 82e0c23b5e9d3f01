internal import Availability

extension HookAudience {
    /// The keys that say of whom and of what a hook is told. What is wrong is noted and left out.
    init(_ reader: TableReader<HookKey>, directory: ConnectorDirectory) {
        let connectors = reader.texts(.connectors, Name.checked)?.compactMap { name in
            reader.converted(.connectors, name, directory.connector(named:))?.value
        }
        self.init(
            extensions: reader.texts(.extensions, Self.pattern)?.map(\.value) ?? [],
            connectors: connectors?.compactMap(\.self) ?? [],
            presences: Set(reader.texts(.presences, Self.presence)?.map(\.value) ?? [])
        )
    }

    /// An extension in which `*` stands for any number of characters, and `?` for one.
    private static func pattern(_ text: String) throws(Objection) -> String {
        do throws(Objection) {
            return try UserText.phoneExtension(text)
        } catch {
            throw Objection(
                "\"\(text)\" is no pattern of extensions; write it as in 2* or 31??, without spaces, @ and /"
            )
        }
    }

    /// `unknown` is no wish: it is told whenever it takes the place of another one.
    private static func presence(_ text: String) throws(Objection) -> Presence {
        let words = Presence.allCases.filter { $0 != .unknown }.map(\.rawValue)
        guard text != Presence.unknown.rawValue, let presence = Presence(rawValue: text) else {
            let list = words.joined(separator: ", ")
            throw Objection("\"\(text)\" is not one of \(list)\(Spelling.hint(for: text, among: words))")
        }
        return presence
    }
}
