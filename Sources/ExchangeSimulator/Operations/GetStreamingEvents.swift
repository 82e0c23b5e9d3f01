/// Keeps the connection open and sends an envelope whenever something happens.
/// https://learn.microsoft.com/exchange/client-developer/web-service-reference/getstreamingevents-operation
struct GetStreamingEvents: ExchangeOperation {
    let requestElement = "GetStreamingEvents"

    func answer(_ request: ExchangeRequest) throws(SOAPFault) -> ExchangeAnswer {
        let ids = request.operation.child("SubscriptionIds", Namespace.messages)?.children.map(\.trimmedText) ?? []
        guard !ids.isEmpty, !ids.contains("") else { throw .schemaValidation("SubscriptionIds is missing or empty.") }
        guard let minutes = request.operation.value("ConnectionTimeout", Namespace.messages).flatMap({ Int($0) }),
            (1...30).contains(minutes)
        else { throw .schemaValidation("ConnectionTimeout must lie between 1 and 30 minutes.") }
        // The stream is opened when its body is about to be sent: a client that is gone by then leaves nothing behind.
        return .stream(
            StreamWish(ids: ids, account: request.actor, backEnd: request.backEnd, timeoutMinutes: minutes)
        )
    }
}
