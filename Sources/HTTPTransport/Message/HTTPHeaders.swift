/// One field of a header: `Content-Type: text/xml`.
package struct HTTPHeader: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// The fields of a header in the order they were sent; a name may come several times, and its case does not matter.
package struct HTTPHeaders: Hashable, Sendable {
    package var fields: [HTTPHeader]

    package init(_ fields: [HTTPHeader] = []) {
        self.fields = fields
    }

    /// The value of the first field of this name.
    package subscript(name: String) -> String? {
        fields.first { $0.name.isSameHeaderName(as: name) }?.value
    }

    /// The values of all fields of this name, in order: `Set-Cookie` and `WWW-Authenticate` come several times.
    package func values(of name: String) -> [String] {
        fields.filter { $0.name.isSameHeaderName(as: name) }.map(\.value)
    }

    package mutating func append(_ name: String, _ value: String) {
        fields.append(HTTPHeader(name, value))
    }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { HTTPHeader($0.0, $0.1) })
    }
}

extension String {
    /// Names are ASCII (RFC 9110, 5.1): only A–Z and a–z are folded, so that nothing depends on a language.
    fileprivate func isSameHeaderName(as other: String) -> Bool {
        utf8.count == other.utf8.count && zip(utf8, other.utf8).allSatisfy { $0.asciiLowercased == $1.asciiLowercased }
    }
}

extension UInt8 {
    fileprivate var asciiLowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}
