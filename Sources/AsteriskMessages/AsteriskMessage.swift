/// A message of the Asterisk Manager Interface: fields in order, such as `Action: Login`
/// (<https://docs.asterisk.org/Configuration/Interfaces/Asterisk-Manager-Interface-AMI/>).
package struct AsteriskMessage: Hashable, Sendable {
    package var fields: [Field]

    package struct Field: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(_ fields: [Field]) {
        self.fields = fields
    }

    /// The value of the first field of this name, in whatever case; `nil` where there is none.
    package subscript(name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
