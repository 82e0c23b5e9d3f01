/// A header field of a SIP message (RFC 3261, 7.3).
package struct SIPHeader: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// The header fields of a message in their order. Names mean the same in any case and in their compact form.
package struct SIPHeaders: Hashable, Sendable {
    package private(set) var fields: [SIPHeader]

    package init(_ fields: [SIPHeader] = []) {
        self.fields = fields
    }

    /// The value of the first field of this name, whole.
    package subscript(_ name: String) -> String? {
        let key = HeaderName.key(name)
        return fields.first { HeaderName.key($0.name) == key }?.value
    }

    /// The values of all fields of this name, each whole.
    package func all(_ name: String) -> [String] {
        let key = HeaderName.key(name)
        return fields.filter { HeaderName.key($0.name) == key }.map(\.value)
    }

    /// The members of a list, which may stand in one field with commas between them or in several fields
    /// (RFC 3261, 7.3.1). Only for fields whose grammar is such a list: Via, Contact, Allow, …
    package func list(_ name: String) -> [String] {
        all(name).flatMap { HeaderText.split($0, at: ",") }.filter { !$0.isEmpty }
    }

    package mutating func append(_ name: String, _ value: String) {
        fields.append(SIPHeader(name, value))
    }

    /// Puts a field behind the others, in place of all of this name.
    package mutating func set(_ name: String, _ value: String) {
        remove(name)
        append(name, value)
    }

    package mutating func remove(_ name: String) {
        let key = HeaderName.key(name)
        fields.removeAll { HeaderName.key($0.name) == key }
    }
}
