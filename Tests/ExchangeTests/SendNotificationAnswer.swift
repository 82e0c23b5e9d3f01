/// What a callback answers, written after the example in Microsoft's reference
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/sendnotificationresult>).
enum SendNotificationAnswer {
    static let ok = message("OK")
    static let unsubscribe = message("Unsubscribe")

    private static func message(_ status: String) -> [UInt8] {
        let text = """
            <?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" \
            xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" \
            xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><s:Body><m:SendNotificationResult>\
            <m:SubscriptionStatus>\(status)</m:SubscriptionStatus></m:SendNotificationResult></s:Body></s:Envelope>
            """
        return Array(text.utf8)
    }
}
