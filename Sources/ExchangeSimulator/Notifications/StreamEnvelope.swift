/// One of the envelopes that follow each other in the body of a GetStreamingEvents.
/// https://learn.microsoft.com/exchange/client-developer/web-service-reference/getstreamingeventsresponsemessage
struct StreamEnvelope {
    enum Status: String {
        case ok = "OK"
        case closed = "Closed"
    }

    var notifications: [NotificationBatch] = []
    var error: MailboxError?
    /// The subscriptions the error is about.
    var failed: [String] = []
    var status = Status.ok

    /// Only the first has an XML declaration, as recorded from a server; clients must bear both.
    func text(product: ExchangeProduct, isFirst: Bool = false) -> String {
        ResponseEnvelope.text(product: product, isDeclared: isFirst) { xml in
            xml.responseMessage(of: "GetStreamingEvents", error) { xml in
                if !notifications.isEmpty {
                    xml.element("m:Notifications") { xml in
                        for batch in notifications { xml.notification(batch, hasWatermarks: false) }
                    }
                }
                if !failed.isEmpty {
                    // In the namespace of messages on the wire, where the schema says types; so is Notification.
                    xml.element("m:ErrorSubscriptionIds") { xml in
                        for id in failed { xml.element("m:SubscriptionId", [:], id) }
                    }
                }
                // Of an account that has too many connections there is none to speak of.
                if error == nil || !failed.isEmpty { xml.element("m:ConnectionStatus", [:], status.rawValue) }
            }
        }
    }
}

extension XMLWriter {
    /// A Notification; streams leave out the watermarks.
    /// https://learn.microsoft.com/exchange/client-developer/web-service-reference/notification-ex15websvcsotherref
    mutating func notification(_ batch: NotificationBatch, hasWatermarks: Bool) {
        element("m:Notification") { xml in
            xml.element("t:SubscriptionId", [:], batch.subscription)
            if hasWatermarks {
                xml.element("t:PreviousWatermark", [:], batch.from.text)
                xml.element("t:MoreEvents", [:], String(batch.hasMore))
            }
            if batch.events.isEmpty {
                xml.element("t:StatusEvent") { xml in
                    if hasWatermarks { xml.element("t:Watermark", [:], batch.to.text) }
                }
            }
            for event in batch.events {
                xml.element("t:\(event.type.rawValue)") { xml in
                    if hasWatermarks { xml.element("t:Watermark", [:], batch.watermark(of: event).text) }
                    xml.element("t:TimeStamp", [:], event.time.text)
                    let item = StoreID.item(event.item, of: event.mailbox)
                    xml.element("t:ItemId", ["Id": item, "ChangeKey": "AQAAAA=="])
                    let folder = StoreID.calendar(of: event.mailbox)
                    xml.element("t:ParentFolderId", ["Id": folder, "ChangeKey": "AQAAAA=="])
                }
            }
        }
    }
}
