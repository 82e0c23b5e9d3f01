/// Ends a subscription.
/// https://learn.microsoft.com/exchange/client-developer/web-service-reference/unsubscribe-operation
struct Unsubscribe: ExchangeOperation {
    let requestElement = "Unsubscribe"
    let notifications: Notifications

    func answer(_ request: ExchangeRequest) async throws(SOAPFault) -> ExchangeAnswer {
        guard let id = request.operation.value("SubscriptionId", Namespace.messages) else {
            throw .schemaValidation("SubscriptionId is missing.")
        }
        var outcome: MailboxError?
        do {
            try await notifications.unsubscribe(id, backEnd: request.backEnd)
        } catch {
            outcome = error
        }
        var xml = XMLWriter()
        xml.responseMessage(of: requestElement, outcome)
        return .document(xml)
    }
}
