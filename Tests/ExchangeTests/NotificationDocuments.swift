import Availability
import TestSupport

/// Answers that have to do with subscriptions, written for the tests after Microsoft's schema.
extension Documents {
    private static let namespaces = """
        xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" \
        xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"
        """

    static func message(_ operation: String, _ content: String = "", code: String = "NoError", xml: String = "")
        -> String
    {
        """
        <m:\(operation)Response \(namespaces)><m:ResponseMessages><m:\(operation)ResponseMessage \
        ResponseClass="\(code == "NoError" ? "Success" : "Error")"><m:ResponseCode>\(code)</m:ResponseCode>\(xml)\
        \(content)</m:\(operation)ResponseMessage></m:ResponseMessages></m:\(operation)Response>
        """
    }

    static func subscribed(_ id: String, watermark: String? = nil) -> String {
        let watermark = watermark.map { "<m:Watermark>\($0)</m:Watermark>" } ?? ""
        return message("Subscribe", "<m:SubscriptionId>\(id)</m:SubscriptionId>\(watermark)")
    }

    /// Event names such as `CreatedEvent`.
    static func notification(
        _ id: String,
        _ events: String...,
        more: Bool? = nil,
        watermark: String? = nil
    ) -> String {
        let watermark = watermark.map { "<t:Watermark>\($0)</t:Watermark>" } ?? ""
        let more = more.map { "<t:MoreEvents>\($0)</t:MoreEvents>" } ?? ""
        let events = events.map { "<t:\($0)>\(watermark)</t:\($0)>" }.joined()
        return "<m:Notification><t:SubscriptionId>\(id)</t:SubscriptionId>\(more)\(events)</m:Notification>"
    }

    /// One envelope of a stream.
    static func envelope(
        _ notifications: String...,
        code: String = "NoError",
        errorIds: [String] = [],
        status: String? = "OK",
        xml: String = ""
    ) -> String {
        var content = ""
        if !notifications.isEmpty { content += "<m:Notifications>\(notifications.joined())</m:Notifications>" }
        if !errorIds.isEmpty {
            let ids = errorIds.map { "<m:SubscriptionId>\($0)</m:SubscriptionId>" }.joined()
            content += "<m:ErrorSubscriptionIds>\(ids)</m:ErrorSubscriptionIds>"
        }
        if let status { content += "<m:ConnectionStatus>\(status)</m:ConnectionStatus>" }
        return soapEnvelope(message("GetStreamingEvents", content, code: code, xml: xml))
    }

    static func soapEnvelope(_ body: String) -> String {
        """
        <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>\(exchange2019)</s:Header>\
        <s:Body>\(body)</s:Body></s:Envelope>
        """
    }

    static func faultEnvelope(_ faultCode: String) -> String {
        soapEnvelope("<s:Fault><faultcode>\(faultCode)</faultcode><faultstring>No.</faultstring></s:Fault>")
    }

    static let backOff = #"<m:MessageXml><t:Value Name="BackOffMilliseconds">4500</t:Value></m:MessageXml>"#

    /// What a server posts to a callback.
    static func push(_ notification: String, code: String = "NoError") -> [UInt8] {
        let body = """
            <m:SendNotification \(namespaces)><m:ResponseMessages><m:SendNotificationResponseMessage \
            ResponseClass="Success"><m:ResponseCode>\(code)</m:ResponseCode>\(notification)\
            </m:SendNotificationResponseMessage></m:ResponseMessages></m:SendNotification>
            """
        return Array(soapEnvelope(body).utf8)
    }
}
