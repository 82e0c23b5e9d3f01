/// One EWS operation, one file each; `ExchangeOperations` lists them.
protocol ExchangeOperation: Sendable {
    /// The request element in the messages namespace that asks for it.
    var requestElement: String { get }

    func answer(_ request: ExchangeRequest) async throws(SOAPFault) -> ExchangeAnswer
}

/// What an operation answers with.
enum ExchangeAnswer: Sendable {
    /// What goes into the SOAP body of one envelope.
    case document(XMLWriter)
    /// Many envelopes, for as long as the client listens.
    case stream(StreamWish)
}

/// All operations the simulator knows, by request element.
struct ExchangeOperations: Sendable {
    private let operations: [String: any ExchangeOperation]

    init(
        mailboxes: Mailboxes,
        groups: Groups,
        notifications: Notifications,
        mailTips: MailTipsConduct,
        product: ExchangeProduct
    ) {
        let all: [any ExchangeOperation] = [
            ExpandDL(groups: groups, mailboxes: mailboxes),
            GetEvents(notifications: notifications),
            GetMailTips(mailboxes: mailboxes, conduct: mailTips),
            GetServerTimeZones(),
            GetStreamingEvents(),
            GetUserAvailability(mailboxes: mailboxes, product: product),
            GetUserOofSettings(mailboxes: mailboxes),
            SetUserOofSettings(mailboxes: mailboxes),
            Subscribe(mailboxes: mailboxes, notifications: notifications),
            Unsubscribe(notifications: notifications),
        ]
        operations = Dictionary(all.map { ($0.requestElement, $0) }) { first, _ in first }
    }

    func operation(for element: XMLElement) throws(SOAPFault) -> any ExchangeOperation {
        guard let operation = operations[element.name] else {
            throw SOAPFault(code: "ErrorInvalidRequest", message: "The simulator does not know \(element.name).")
        }
        return operation
    }
}
