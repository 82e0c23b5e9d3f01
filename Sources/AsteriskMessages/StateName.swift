/// The name under which Asterisk keeps a state of a user, such as `CustomPresence:101`: a template that is filled in.
package struct StateName: Hashable, Sendable {
    package let text: String

    /// Why there is no name for a user.
    package enum Fault: Error, Hashable, Sendable {
        /// The template wants an extension, and the user has none.
        case noExtension
        /// What was to be filled in for a placeholder is empty or holds other characters than a name may hold.
        case value(placeholder: String)
        /// The template does not begin as it must, or it holds other characters than a name may hold.
        case template
        /// It would be longer than ``longest``.
        case length
    }

    /// Bytes of a name.
    package static let longest = 200

    /// - Parameters:
    ///   - template: `{extension}`, `{user}` (before the @) and `{domain}` (behind it) are replaced.
    ///   - prefix: with what it must begin: only these states can be set from outside.
    package init(
        template: String,
        prefix: String,
        phoneExtension: String?,
        user: String,
        domain: String
    ) throws(Fault) {
        guard template.hasPrefix(prefix), template.utf8.count > prefix.utf8.count else { throw .template }
        var rest = template[...]
        var text = ""
        while let open = rest.firstIndex(of: "{") {
            guard let close = rest[open...].firstIndex(of: "}") else { throw .template }
            text += rest[..<open]
            let placeholder = String(rest[rest.index(after: open)..<close])
            let value: String
            switch placeholder {
            case "extension":
                guard let phoneExtension, !phoneExtension.isEmpty else { throw .noExtension }
                value = phoneExtension
            case "user": value = user
            case "domain": value = domain
            default: throw .template
            }
            guard !value.isEmpty, value.utf8.allSatisfy(Self.isOfName) else { throw .value(placeholder: placeholder) }
            text += value
            rest = rest[rest.index(after: close)...]
        }
        text += rest
        guard text.utf8.dropFirst(prefix.utf8.count).allSatisfy({ Self.isOfName($0) || $0 == 0x40 || $0 == 0x3A })
        else { throw .template }
        guard text.utf8.count <= Self.longest else { throw .length }
        self.text = text
    }

    /// Letters, digits and `-_.+`: nothing that ends the name, separates arguments or is filled in by a dialplan.
    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }
}

extension StateName.Fault: CustomStringConvertible {
    /// A clause without a full stop.
    package var description: String {
        switch self {
        case .noExtension: "the user has no extension"
        case .value(let placeholder):
            "what stands for {\(placeholder)} is empty or holds other characters than letters, digits and -_.+"
        case .template: "the name of the state in [[hook]] cannot be used"
        case .length: "the name of the state is longer than \(StateName.longest) characters"
        }
    }
}
