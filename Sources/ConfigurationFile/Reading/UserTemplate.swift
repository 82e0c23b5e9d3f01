/// A text with a place for what tells users apart: `{extension}`, `{user}` (before the @ of the address) and `{domain}`
/// (behind it).
enum UserTemplate {
    private enum Placeholder: String, CaseIterable {
        case phoneExtension = "{extension}"
        case user = "{user}"
        case domain = "{domain}"

        /// What stands there in an example.
        var sample: String {
            switch self {
            case .phoneExtension: "1001"
            case .user: "anna"
            case .domain: "mail.example.com"
            }
        }
    }

    /// The template as it is for an imagined user.
    /// - Throws: where a placeholder does not exist, or where two users would be the same.
    static func sample(_ text: String) throws(Objection) -> String {
        let words = Placeholder.allCases.map(\.rawValue)
        var filled = text
        for placeholder in Placeholder.allCases {
            filled = filled.split(separator: placeholder.rawValue, omittingEmptySubsequences: false)
                .joined(separator: placeholder.sample)
        }
        if let open = filled.firstIndex(where: { "{}".contains($0) }) {
            let rest = filled[open...]
            let word = rest.firstIndex(of: "}").map { String(rest[...$0]) } ?? String(rest)
            throw Objection(
                "\"\(word)\" is none of \(words.joined(separator: ", "))\(Spelling.hint(for: word, among: words))"
            )
        }
        guard [Placeholder.phoneExtension, .user].contains(where: { text.contains($0.rawValue) }) else {
            throw Objection("\"\(text)\" is the same for all users; it needs {extension} or {user}")
        }
        return filled
    }

    /// What makes the URI of a presence: `sip:`, `sips:` or `pres:`, something, `@`, and a host (RFC 3261, 19.1; RFC
    /// 3859, 3).
    static func presentity(_ text: String) throws(Objection) -> String {
        let model = "write it as in sip:{extension}@pbx.example.com"
        let sample = try sample(text)
        let parts = sample.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, ["sip", "sips", "pres"].contains(parts[0]) else {
            throw Objection("\"\(text)\" does not begin with sip:, sips: or pres:; \(model)")
        }
        let halves = parts[1].split(separator: "@", omittingEmptySubsequences: false)
        guard halves.count == 2, !halves[0].isEmpty, sample.utf8.count <= 512,
            sample.allSatisfy({ ("!"..."~").contains($0) && !"<>\"\\".contains($0) })
        else { throw Objection("\"\(text)\" is not the URI of a person; \(model)") }
        do throws(Objection) {
            _ = try HostAddress(String(halves[1].prefix { !";?".contains($0) }), model: model)
        } catch {
            throw Objection("\"\(text)\" does not name a host behind the @; \(model)")
        }
        return text
    }

    /// The name of a state that Asterisk keeps: `provider`, a colon and a name.
    /// - Parameter provider: the only one whose states can be set from outside.
    static func state(_ text: String, of provider: String) throws(Objection) -> String {
        guard text.hasPrefix("\(provider):") else {
            throw Objection("\"\(text)\" does not begin with \(provider):, whose states alone can be set")
        }
        let name = try sample(text).dropFirst(provider.count + 1)
        // Others could end the argument of the dialplan function that sets it, or be filled in by it.
        let isName = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.+@:".contains($0)) }
        guard name.utf8.count <= 80, isName else {
            throw Objection(
                "\"\(text)\" is no name of a state; use letters, digits and -_.+@: as in \(provider):{extension}"
            )
        }
        return text
    }
}
