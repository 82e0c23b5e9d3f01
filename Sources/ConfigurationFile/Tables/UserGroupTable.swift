internal import Availability
internal import Foundation

/// The keys of a `[[user_group]]`.
enum UserGroupKey: String, TableKey {
    case address
    case connector
    case calendarIntegration = "calendar_integration"

    static let table = "[[user_group]]"
}

extension UserGroup {
    /// All groups of the file that are right; addresses are each given once.
    static func all(
        _ readers: [TableReader<UserGroupKey>],
        directory: ConnectorDirectory
    ) -> [UserGroup] {
        var addresses = UniqueTexts()
        return readers.compactMap { reader in
            reader.require(.address)
            let address = reader.text(.address, UserText.mailbox)
            let isEnabled = reader.boolean(.calendarIntegration)
            let name = reader.text(.connector, Name.checked)
            let named = name.flatMap { reader.converted(.connector, $0, directory.connector(named:)) }?.value
            guard let address else { return nil }
            addresses.add(Located(value: address.value.text, place: address.place), of: .address, in: reader)
            // As with users: a connector that is no name, or the name of none, was noted already.
            guard let connector = reader.has(.connector) ? named : asked(address.value, directory, reader) else {
                return nil
            }
            return UserGroup(address: address.value, connector: connector, isEnabled: isEnabled ?? true)
        }
    }

    /// How often the groups are asked about, in seconds.
    static func refresh(_ reader: TableReader<UsersKey>) -> TimeInterval {
        reader.duration(.refresh, in: 60...7 * 86_400) ?? 6 * 3_600
    }

    /// The connector of a group that names none. That there is none is noted at the header.
    private static func asked(
        _ address: MailboxAddress,
        _ directory: ConnectorDirectory,
        _ reader: TableReader<UserGroupKey>
    ) -> String? {
        do throws(Objection) {
            return try directory.connector(of: address)
        } catch {
            reader.mistakes.note(error.message, at: reader.place)
            return nil
        }
    }
}
