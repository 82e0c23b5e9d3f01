/// The way to the clients of push subscriptions.
protocol Callback: Sendable {
    /// Sends an envelope to a client's URL; tells within ten seconds what became of it.
    func send(_ envelope: String, to url: String) async -> PushAnswer
}

/// The SendNotification that a server sends to its client.
/// https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxwspsntif
enum SendNotification {
    /// What the request says it is.
    static let action = "\(Namespace.messages)/SendNotification"

    static func text(_ batch: NotificationBatch, product: ExchangeProduct) -> String {
        var xml = XMLWriter()
        xml.element("soap11:Envelope", ["xmlns:soap11": Namespace.soap]) { xml in
            xml.element("soap11:Header") { xml in
                xml.element(
                    "t:RequestServerVersion",
                    ["xmlns:t": Namespace.types, "Version": product.callbackVersion]
                )
            }
            xml.element("soap11:Body") { xml in
                xml.element(
                    "m:SendNotification",
                    ["xmlns:t": Namespace.types, "xmlns:m": Namespace.messages]
                ) { xml in
                    xml.element("m:ResponseMessages") { xml in
                        xml.responseMessage(as: "m:SendNotificationResponseMessage") { xml in
                            xml.notification(batch, hasWatermarks: true)
                        }
                    }
                }
            }
        }
        return "<?xml version=\"1.0\" encoding=\"utf-8\"?>" + xml.text
    }
}

extension PushAnswer {
    /// Reads a SendNotificationResult; anything else counts as no answer.
    /// https://learn.microsoft.com/exchange/client-developer/web-service-reference/sendnotificationresult
    init(_ bytes: [UInt8]) {
        let envelope = try? XMLElement.parse(bytes)
        let result = envelope?.child("Body", Namespace.soap)?.child("SendNotificationResult", Namespace.messages)
        switch result?.value("SubscriptionStatus", Namespace.messages) {
        case "OK": self = .accepted
        case "Unsubscribe": self = .unsubscribe
        default: self = .failed
        }
    }
}
