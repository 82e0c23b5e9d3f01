/// `"Name" <sip:user@host>;tag=1`, as in From, To and Contact (RFC 3261, 20.10).
package struct NameAddress: Hashable, Sendable {
    /// As it stands there.
    package let uri: String
    /// Those behind the address; names in lower case.
    package let parameters: [String: String]

    /// `nil` where no address stands there.
    package init?(_ value: String) {
        let parts = HeaderText.split(value, at: ";")
        guard let first = parts.first else { return nil }
        var uri = first
        if let open = Self.bracket(in: first) {
            guard let close = first[open...].firstIndex(of: ">") else { return nil }
            uri = String(first[first.index(after: open)..<close])
        }
        guard !uri.isEmpty, uri.utf8.allSatisfy({ 0x21...0x7E ~= $0 && $0 != 0x22 }) else { return nil }
        self.uri = uri
        parameters = HeaderText.parameters(parts.dropFirst())
    }

    /// The first bracket behind the name, which may hold brackets itself where it is quoted.
    private static func bracket(in text: String) -> String.Index? {
        var (isQuoted, isEscaped) = (false, false)
        for index in text.unicodeScalars.indices {
            switch text.unicodeScalars[index] {
            case _ where isEscaped: isEscaped = false
            case "\\" where isQuoted: isEscaped = true
            case "\"": isQuoted.toggle()
            case "<" where !isQuoted: return index
            default: break
            }
        }
        return nil
    }
}
