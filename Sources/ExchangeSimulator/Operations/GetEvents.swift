/// What happened in a pull subscription's mailbox since a watermark.
/// https://learn.microsoft.com/exchange/client-developer/web-service-reference/getevents-operation
struct GetEvents: ExchangeOperation {
    let requestElement = "GetEvents"
    let notifications: Notifications

    func answer(_ request: ExchangeRequest) async throws(SOAPFault) -> ExchangeAnswer {
        guard let id = request.operation.value("SubscriptionId", Namespace.messages),
            let watermark = request.operation.value("Watermark", Namespace.messages)
        else { throw .schemaValidation("SubscriptionId or Watermark is missing.") }
        var xml = XMLWriter()
        do throws(MailboxError) {
            let batch = try await notifications.pull(id, after: Watermark(text: watermark), backEnd: request.backEnd)
            xml.responseMessage(of: requestElement) { $0.notification(batch, hasWatermarks: true) }
        } catch {
            xml.responseMessage(of: requestElement, error)
        }
        return .document(xml)
    }
}
