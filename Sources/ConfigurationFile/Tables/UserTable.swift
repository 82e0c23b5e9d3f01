internal import Availability

/// The keys of `[users]`: users from another file, which this version does not read.
enum UsersKey: String, TableKey {
    case file

    static let table = "[users]"

    var isForLater: Bool { true }
}

/// The keys of a `[[user]]`.
enum UserKey: String, TableKey {
    case address
    case phoneExtension = "extension"
    case displayName = "display_name"
    case calendarIntegration = "calendar_integration"
    case connector

    static let table = "[[user]]"
}

extension User {
    /// All users of the file that are right; addresses and extensions are each given once.
    static func all(_ readers: [TableReader<UserKey>], directory: ConnectorDirectory) -> [User] {
        var addresses = UniqueTexts()
        var extensions = UniqueTexts()
        return readers.compactMap { reader in
            reader.require(.address)
            let address = reader.text(.address, Self.mailbox)
            let phoneExtension = reader.text(.phoneExtension, Self.phoneExtension)
            let displayName = reader.text(.displayName, Self.displayName)
            let isEnabled = reader.boolean(.calendarIntegration)
            let name = reader.text(.connector, Name.checked)
            if let phoneExtension { extensions.add(phoneExtension, of: .phoneExtension, in: reader) }
            let named = name.flatMap(directory.connector(named:))
            guard let address else { return nil }
            addresses.add(Located(value: address.value.text, place: address.place), of: .address, in: reader)
            // A connector that is no name, or the name of none, was noted already.
            guard
                let connector = reader.has(.connector)
                    ? named : directory.connector(of: address.value, header: reader.place)
            else { return nil }
            return User(
                address: address.value,
                phoneExtension: phoneExtension?.value,
                displayName: displayName?.value,
                isEnabled: isEnabled ?? true,
                connector: connector
            )
        }
    }

    private static func mailbox(_ text: String) throws(Objection) -> MailboxAddress {
        guard let address = MailboxAddress(text) else {
            throw Objection("\"\(text)\" is no e-mail address; write it as in anna@example.com")
        }
        return address
    }

    /// Commands take an address or an extension, so an extension must not look like an address.
    private static func phoneExtension(_ text: String) throws(Objection) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { ("!"..."~").contains($0) && $0 != "@" && $0 != "/" }
        guard isPlain, (1...32).contains(text.utf8.count) else {
            throw Objection("\"\(text)\" is no extension, expected up to 32 characters without spaces, @ and /")
        }
        return text
    }

    private static func displayName(_ text: String) throws(Objection) -> String {
        let hasControl = text.unicodeScalars.contains { $0.properties.generalCategory == .control }
        guard !hasControl, text.count <= 256 else {
            throw Objection("expected one line of up to 256 characters")
        }
        return text
    }
}
