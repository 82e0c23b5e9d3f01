internal import Availability

/// Users from a file of comma-separated values. What is wrong costs the line it stands in, not the file.
struct UserList {
    /// How many lines a users file has at most.
    static let mostLines = 100_000
    /// How many lines are listed that are wrong; of the others only the number is told.
    static let mostListed = 100

    /// In the order of the file.
    private(set) var users: [User] = []
    /// Those of them who name their connector themselves.
    var settled: Set<MailboxAddress> { names.settled }

    private let file: String
    private let configurationFile: String
    private let taken: UserNames
    private let directory: ConnectorDirectory
    private let notes: MistakeList
    /// Those of users above, and no others: a line that is left out takes nothing from those below.
    private var names = UserNames()
    private var lines = 0
    private var badLines = 0
    private var firstUnlisted: Place?

    /// - Parameters:
    ///   - file: how mistakes name the file.
    ///   - taken: what users of the configuration file have.
    init(file: String, configurationFile: String, taken: UserNames, _ directory: ConnectorDirectory) {
        self.file = file
        self.configurationFile = configurationFile
        self.taken = taken
        self.directory = directory
        notes = MistakeList(file: file)
    }

    /// What was left out, sorted by place.
    var warnings: [ConfigurationMistake] { notes.sorted }

    /// Takes the users of a text in UTF-8. Throws where the text as a whole is of no use.
    mutating func take(_ text: [UInt8]) throws(Objection) {
        var (columns, reader) = try UserColumns.read(text, of: file)
        for column in columns.unknown { note(column) }
        while let record = reader.next() {
            guard record.place.line <= Self.mostLines else {
                throw Objection("\"\(file)\" has more than \(Self.mostLines) lines")
            }
            take(record, columns)
        }
        if let firstUnlisted {
            let more = Objection("and \(badLines - Self.mostListed) more lines are left out, this one and others below")
            note(Located(value: more, place: firstUnlisted))
        }
        guard lines == 0 || badLines < lines else {
            throw Objection("no line of \"\(file)\" can be used")
        }
    }

    private mutating func take(_ record: CSVRecord, _ columns: UserColumns) {
        switch record.content {
        case .broken(let fault):
            lines += 1
            refuse([fault], at: record.place)
        case .fields(let fields):
            var line = UserLine(fields, at: record.place, columns)
            // Spreadsheets write rows that were emptied as separators alone.
            guard !line.isBlank else { return }
            lines += 1
            let user = user(of: &line)
            guard line.faults.isEmpty else { return refuse(line.faults, at: record.place) }
            guard let user else { return }
            users.append(user)
            if line.has(.connector) { names.settled.insert(user.address) }
            names.addresses.add(Located(value: user.address.text, place: record.place))
            if let phoneExtension = user.phoneExtension {
                names.extensions.add(Located(value: phoneExtension, place: record.place))
            }
        }
    }

    /// The user of a line; `nil` where something is wrong with it, or where a mistake of the configuration hides who
    /// serves the user.
    private func user(of line: inout UserLine) -> User? {
        let address = line.value(.address) { (text) throws(Objection) in
            let address = try UserText.mailbox(text)
            _ = try unused(address.text, \.addresses)
            return address
        }
        let phoneExtension = line.value(.phoneExtension) { (text) throws(Objection) in
            try unused(UserText.phoneExtension(text), \.extensions)
        }
        let displayName = line.value(.displayName, UserText.displayName)
        let isEnabled = line.value(.calendarIntegration, UserText.boolean)
        let named = line.value(.connector) { (text) throws(Objection) in
            try directory.connector(named: Name.checked(text))
        }
        guard let address, let connector = line.has(.connector) ? named : serving(address, &line) else { return nil }
        return User(
            address: address,
            phoneExtension: phoneExtension,
            displayName: displayName,
            isEnabled: isEnabled ?? true,
            connector: connector
        )
    }

    private func serving(_ address: MailboxAddress, _ line: inout UserLine) -> String? {
        do throws(Objection) {
            return try directory.connector(of: address)
        } catch {
            line.note(error, at: line.place)
            return nil
        }
    }

    /// A text that no other user has.
    private func unused(_ text: String, _ texts: KeyPath<UserNames, UniqueTexts>) throws(Objection) -> String {
        if let first = names[keyPath: texts].place(of: text) {
            throw Objection("\"\(text)\" is already used in line \(first.line)")
        }
        if let first = taken[keyPath: texts].place(of: text) {
            throw Objection("\"\(text)\" is already used in line \(first.line) of \(configurationFile)")
        }
        return text
    }

    private mutating func refuse(_ faults: [Located<Objection>], at place: Place) {
        badLines += 1
        guard badLines <= Self.mostListed else {
            firstUnlisted = firstUnlisted ?? place
            return
        }
        for fault in faults { note(fault) }
    }

    private func note(_ fault: Located<Objection>) {
        notes.note(fault.value.message, at: fault.place, diagnosis: "config.users-file")
    }
}
