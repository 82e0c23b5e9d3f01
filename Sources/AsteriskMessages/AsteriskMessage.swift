/// A message of the Asterisk Manager Interface: fields in order, such as `Action: Login`
/// (<https://docs.asterisk.org/Configuration/Interfaces/Asterisk-Manager-Interface-AMI/AMI-v2-Specification/>).
package struct AsteriskMessage: Hashable, Sendable {
    package var fields: [Field]

    /// A line of a message. A name may occur in several of them.
    package struct Field: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Bytes of a line that Asterisk reads, with its end: it keeps what a session sends in 1,024 bytes (`inbuf` in its
    /// main/manager.c) and throws away a line that does not end within them.
    package static let longestLine = 1_024

    package init(_ fields: [Field]) {
        self.fields = fields
    }

    /// The value of the first field of this name, in whatever case; `nil` where there is none.
    package subscript(name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// What goes over the connection.
    ///
    /// - Throws: where a field would become anything else than one line that Asterisk reads whole.
    package func bytes() throws(UnsendableField) -> [UInt8] {
        var bytes: [UInt8] = []
        for field in fields {
            let line = Array("\(field.name): \(field.value)".utf8)
            guard !line.contains(where: { $0 == 0x0D || $0 == 0x0A || $0 == 0 }) else {
                throw UnsendableField(name: field.name, fault: .lineBreak)
            }
            guard line.count + 2 <= Self.longestLine else {
                throw UnsendableField(name: field.name, fault: .length(line.count + 2))
            }
            bytes += line + [0x0D, 0x0A]
        }
        return bytes + [0x0D, 0x0A]
    }
}

/// A field that no message can carry. Its value is not told: it may be a secret.
package struct UnsendableField: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with it.
    package enum Fault: Hashable, Sendable {
        /// It holds a carriage return, a line feed or a NUL.
        case lineBreak
        /// Its line would have so many bytes.
        case length(Int)
    }

    package let name: String
    package let fault: Fault

    /// A clause without a full stop.
    package var description: String {
        switch fault {
        case .lineBreak: "the field \(name) holds a line break"
        case .length(let count): "the field \(name) makes a line of \(count) bytes, and Asterisk reads 1024"
        }
    }
}
