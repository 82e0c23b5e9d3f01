@testable import EWSMessages

/// Notifications written for the tests.
extension Documents {
    private static let namespaces = """
        xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" \
        xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"
        """

    /// The answer to an operation, around what its message holds behind the code.
    static func answer(_ operation: String, _ content: String, code: String = "NoError", name: String? = nil) -> [UInt8]
    {
        let message = name ?? "\(operation)ResponseMessage"
        return envelope(
            """
            <m:\(operation)Response \(namespaces)><m:ResponseMessages><m:\(message) \
            ResponseClass="\(code == "NoError" ? "Success" : "Error")"><m:ResponseCode>\(code)</m:ResponseCode>\
            \(content)</m:\(message)></m:ResponseMessages></m:\(operation)Response>
            """
        )
    }

    /// One envelope of a stream.
    static func streaming(_ content: String, code: String = "NoError") -> [UInt8] {
        answer("GetStreamingEvents", content, code: code)
    }

    static func notifications(_ notifications: String...) -> String {
        "<m:Notifications>\(notifications.joined())</m:Notifications>"
    }

    /// The events of one subscription; `element` is `m:Notification` or `t:Notification`.
    static func events(_ element: String, id: String = "sub-1", content: String) -> String {
        "<\(element)><t:SubscriptionId>\(id)</t:SubscriptionId>\(content)</\(element)>"
    }

    /// What Exchange posts, as it writes it: the header tells a version to read it in.
    static func push(_ content: String, code: String = "NoError") -> [UInt8] {
        Array(
            """
            <?xml version="1.0" encoding="utf-8"?>
            <soap11:Envelope xmlns:soap11="http://schemas.xmlsoap.org/soap/envelope/"><soap11:Header>\
            <t:RequestServerVersion \(namespaces) Version="Exchange2013"/></soap11:Header><soap11:Body>\
            <m:SendNotification \(namespaces)><m:ResponseMessages><m:SendNotificationResponseMessage \
            ResponseClass="\(code == "NoError" ? "Success" : "Error")"><m:ResponseCode>\(code)</m:ResponseCode>\
            \(content)</m:SendNotificationResponseMessage></m:ResponseMessages></m:SendNotification>\
            </soap11:Body></soap11:Envelope>
            """.utf8
        )
    }

    /// A change and a heartbeat, with watermarks.
    static let pushed = """
        <m:Notification><t:SubscriptionId>sub-1</t:SubscriptionId><t:PreviousWatermark>w1</t:PreviousWatermark>\
        <t:MoreEvents>true</t:MoreEvents><t:FreeBusyChangedEvent><t:Watermark>w2</t:Watermark>\
        <t:TimeStamp>2026-11-22T12:00:00Z</t:TimeStamp><t:FolderId Id="f"/><t:ParentFolderId Id="p"/>\
        </t:FreeBusyChangedEvent><t:StatusEvent><t:Watermark>w3</t:Watermark></t:StatusEvent></m:Notification>
        """
}
