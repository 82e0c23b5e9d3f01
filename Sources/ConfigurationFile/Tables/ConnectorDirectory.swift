internal import Availability

/// The connectors of a file, and which of them serves whom.
///
/// It knows the names and domains also of connectors that have a mistake elsewhere: one mistake is told once, not
/// again at each user.
struct ConnectorDirectory {
    /// The connectors without a mistake.
    private(set) var connectors: [ConnectorOptions] = []

    /// In the order of the file.
    private var names: [String] = []
    private var namesByDomain: [String: String] = [:]
    /// Whether every name and every mail domain could be read; if not, nobody can tell that a user is not served.
    private var isComplete = true

    init(_ readers: [TableReader<ConnectorKey>], environment: ConfigurationEnvironment) {
        var uniqueNames = UniqueTexts()
        var uniqueDomains = UniqueTexts()
        var listeners = CallbackListeners()
        for reader in readers {
            reader.require(.name)
            let name = reader.text(.name, Name.checked)
            let domains = reader.texts(.mailDomains, Self.mailDomain)
            if let name {
                uniqueNames.add(name, of: .name, in: reader)
                names.append(name.value)
            }
            for domain in domains ?? [] {
                uniqueDomains.add(domain, of: .mailDomains, in: reader)
                if let name { namesByDomain[domain.value] = name.value }
            }
            isComplete = isComplete && name != nil && (domains != nil || !reader.has(.mailDomains))
            let options = ConnectorOptions(
                reader,
                name: name?.value,
                mailDomains: domains?.map(\.value) ?? [],
                environment: environment,
                listeners: &listeners
            )
            if let options { connectors.append(options) }
        }
    }

    /// The connector that a user names; `nil` where another mistake hides whether there is one of that name.
    func connector(named name: String) throws(Objection) -> String? {
        if names.contains(name) { return name }
        guard isComplete else { return nil }
        var hint = Spelling.hint(for: name, among: names)
        if hint.isEmpty { hint = names.isEmpty ? "" : ", only \(names.joined(separator: ", "))" }
        throw Objection("there is no connector \"\(name)\"\(hint)")
    }

    /// The connector that serves a user who names none: the one of the mail domain, else the only one. `nil` where
    /// another mistake hides which one.
    func connector(of address: MailboxAddress) throws(Objection) -> String? {
        if let name = namesByDomain[String(address.domain)] { return name }
        if let only = names.first, names.count == 1 { return only }
        guard isComplete else { return nil }
        let remedy =
            names.isEmpty
            ? "add a [[connector]] table"
            : "name one as its connector, or list \(address.domain) in mail_domains of one"
        throw Objection("no connector serves \(address); \(remedy)")
    }

    /// The part of an address behind the `@`, in lower case.
    static func mailDomain(_ text: String) throws(Objection) -> String {
        guard let address = MailboxAddress("a@\(text)") else {
            throw Objection("\"\(text)\" is no mail domain; write it as in example.com")
        }
        return String(address.domain)
    }
}
