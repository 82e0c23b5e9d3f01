internal import Availability

/// The keys of a `[[user]]`, and the columns of a users file.
enum UserKey: String, TableKey {
    case address
    case phoneExtension = "extension"
    case displayName = "display_name"
    case calendarIntegration = "calendar_integration"
    case connector

    static let table = "[[user]]"
}

/// What is each given to one user only, wherever users come from.
struct UserNames {
    var addresses = UniqueTexts()
    var extensions = UniqueTexts()
    /// Those who name their connector themselves.
    var settled: Set<MailboxAddress> = []
}

extension User {
    /// All users of the file that are right.
    /// - Parameter names: takes theirs up.
    static func all(
        _ readers: [TableReader<UserKey>],
        directory: ConnectorDirectory,
        names: inout UserNames
    ) -> [User] {
        readers.compactMap { reader in
            reader.require(.address)
            let address = reader.text(.address, UserText.mailbox)
            let phoneExtension = reader.text(.phoneExtension, UserText.phoneExtension)
            let displayName = reader.text(.displayName, UserText.displayName)
            let isEnabled = reader.boolean(.calendarIntegration)
            let name = reader.text(.connector, Name.checked)
            if let phoneExtension { names.extensions.add(phoneExtension, of: .phoneExtension, in: reader) }
            let named = name.flatMap { reader.converted(.connector, $0, directory.connector(named:)) }?.value
            guard let address else { return nil }
            names.addresses.add(Located(value: address.value.text, place: address.place), of: .address, in: reader)
            // A connector that is no name, or the name of none, was noted already.
            guard let connector = reader.has(.connector) ? named : serving(address.value, directory, reader) else {
                return nil
            }
            if reader.has(.connector) { names.settled.insert(address.value) }
            return User(
                address: address.value,
                phoneExtension: phoneExtension?.value,
                displayName: displayName?.value,
                isEnabled: isEnabled ?? true,
                connector: connector
            )
        }
    }

    /// The connector of a user who names none. That there is none has no key of its own, and is noted at the header.
    private static func serving(
        _ address: MailboxAddress,
        _ directory: ConnectorDirectory,
        _ reader: TableReader<UserKey>
    ) -> String? {
        do throws(Objection) {
            return try directory.connector(of: address)
        } catch {
            reader.mistakes.note(error.message, at: reader.place)
            return nil
        }
    }
}
