/// Whom a message is for, or whose presence it tells: `sip:` and `sips:` (RFC 3261, 19.1), or `pres:` (RFC 3859).
package struct SIPURI: Hashable, Sendable {
    /// What stands before the colon.
    package enum Scheme: String, CaseIterable, Sendable {
        case sip, sips, pres
    }

    /// `;name=value`, or `;name`.
    package struct Parameter: Hashable, Sendable {
        /// In lower case.
        package var name: String
        package var value: String?
    }

    /// The most bytes of one.
    package static let longest = 1_024

    package var scheme: Scheme
    /// Without escapes; `nil` where there is none.
    package var user: String?
    /// A name in lower case, or an IP address, without brackets.
    package var host: String
    package var port: UInt16?
    package var parameters: [Parameter]

    package init(
        scheme: Scheme = .sip,
        user: String?,
        host: String,
        port: UInt16? = nil,
        parameters: [Parameter] = []
    ) {
        self.scheme = scheme
        self.user = user
        self.host = host.lowercased()
        self.port = port
        self.parameters = parameters
    }

    /// `nil` where it is none of these URIs, or one with a password, which has no place in it.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.longest, text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }),
            let colon = text.firstIndex(of: ":"), let scheme = Scheme(rawValue: text[..<colon].lowercased())
        else { return nil }
        // Header fields that a URI asks for are of no use here.
        var rest = text[text.index(after: colon)...]
        var user: String?
        if let at = rest.lastIndex(of: "@") {
            guard !rest[..<at].contains(":"), let name = Self.unescaped(rest[..<at]), !name.isEmpty else { return nil }
            user = name
            rest = rest[rest.index(after: at)...]
        } else if scheme == .pres {
            return nil
        }
        rest = rest.prefix { $0 != "?" }
        let parts = rest.split(separator: ";", omittingEmptySubsequences: false)
        guard let (host, port) = parts.first.flatMap(HostPort.parse) else { return nil }
        var parameters: [Parameter] = []
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = pair.first, !name.isEmpty else { return nil }
            parameters.append(Parameter(name: name.lowercased(), value: pair.count > 1 ? String(pair[1]) : nil))
        }
        self.init(scheme: scheme, user: user, host: host, port: port, parameters: parameters)
    }

    /// The value of a parameter, `""` where it has none; `nil` where it is not there.
    package func parameter(_ name: String) -> String? {
        parameters.first { $0.name == name }.map { $0.value ?? "" }
    }
}

extension SIPURI: CustomStringConvertible {
    package var description: String {
        let who = user.map { Self.escapedUser($0, scheme) + "@" } ?? ""
        let options = parameters.map { ";\($0.name)" + ($0.value.map { "=" + $0 } ?? "") }.joined()
        return "\(scheme.rawValue):\(who)\(HostPort.text(host, port))\(options)"
    }

    /// What may stand before the @, whatever the text: everything else is escaped.
    package static func escapedUser(_ text: String, _ scheme: Scheme = .sip) -> String {
        var escaped = ""
        for byte in text.utf8 {
            if isOfUser(byte, scheme) {
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                escaped += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return escaped
    }

    private static func isOfUser(_ byte: UInt8, _ scheme: Scheme) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        // - _ . ! ~ * ' ( ), which are unreserved, and & = + $ /, which a user may have.
        case 0x2D, 0x5F, 0x2E, 0x21, 0x7E, 0x2A, 0x27, 0x28, 0x29, 0x26, 0x3D, 0x2B, 0x24, 0x2F: true
        // , ; ? mean something else in an address of mail, which pres: has.
        case 0x2C, 0x3B, 0x3F: scheme != .pres
        default: false
        }
    }

    /// `nil` where an escape is none, or what it makes is no UTF-8.
    private static func unescaped(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == 0x25 {
                let digits = rest.prefix(2)
                guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
                    let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
                else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
