import Foundation

/// Creates a subscription to the events of one mailbox.
/// https://learn.microsoft.com/exchange/client-developer/web-service-reference/subscribe-operation
struct Subscribe: ExchangeOperation {
    let requestElement = "Subscribe"
    let mailboxes: Mailboxes
    let notifications: Notifications

    func answer(_ request: ExchangeRequest) async throws(SOAPFault) -> ExchangeAnswer {
        guard let element = request.operation.children.first, let delivery = try Self.delivery(element) else {
            throw .schemaValidation("the kind of subscription is not known.")
        }
        let types = (element.child("EventTypes")?.children ?? []).map { EventType(rawValue: $0.trimmedText) }
        guard !types.isEmpty, !types.contains(nil) else {
            throw .schemaValidation("EventTypes is missing or names an event that is not known.")
        }
        var xml = XMLWriter()
        do throws(MailboxError) {
            let folders = try Self.folders(element, of: request.actor)
            try await mailboxes.checkCalendar(of: folders.mailbox, askedBy: request.actor)
            var wish = SubscriptionWish(
                mailbox: folders.mailbox,
                account: request.actor,
                backEnd: request.backEnd,
                delivery: delivery,
                watchesCalendar: folders.includeCalendar,
                types: Set(types.compactMap { $0 })
            )
            if case .push(let url, _) = delivery, !Self.canBeCalled(url) { throw .invalidPushURL }
            if let text = element.value("Watermark") {
                guard let watermark = Watermark(text: text) else { throw .invalidWatermark }
                wish.watermark = watermark
            }
            let made = try await notifications.subscribe(wish)
            xml.responseMessage(of: requestElement) { xml in
                xml.element("m:SubscriptionId", [:], made.id)
                if delivery != .streaming { xml.element("m:Watermark", [:], made.watermark.text) }
            }
        } catch {
            xml.responseMessage(of: requestElement, error)
        }
        return .document(xml)
    }

    /// Nil for an element that asks for no kind of subscription.
    private static func delivery(_ element: XMLElement) throws(SOAPFault) -> Delivery? {
        switch element.name {
        case "StreamingSubscriptionRequest": return .streaming
        case "PullSubscriptionRequest":
            guard let minutes = element.value("Timeout").flatMap({ Int($0) }), (1...1440).contains(minutes) else {
                throw .schemaValidation("Timeout must lie between 1 and 1440 minutes.")
            }
            return .pull(timeoutMinutes: minutes)
        case "PushSubscriptionRequest":
            guard let minutes = element.value("StatusFrequency").flatMap({ Int($0) }), (1...1440).contains(minutes)
            else { throw .schemaValidation("StatusFrequency must lie between 1 and 1440 minutes.") }
            guard let url = element.value("URL") else { throw .schemaValidation("URL is missing.") }
            return .push(url: url, statusMinutes: minutes)
        default: return nil
        }
    }

    /// Whether a push subscription's URL is one of HTTP with a host.
    private static func canBeCalled(_ url: String) -> Bool {
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty else { return false }
        return ["http", "https"].contains(parts.scheme?.lowercased())
    }

    /// Whose folders are meant: those a folder's Mailbox names, else the caller's or whom it impersonates.
    private static func folders(
        _ element: XMLElement,
        of actor: String
    ) throws(MailboxError) -> (mailbox: String, includeCalendar: Bool) {
        if ["true", "1"].contains(element.attributes["SubscribeToAllFolders"]) { return (actor, true) }
        var named: Set<String> = []
        var includeCalendar = false
        for folder in element.child("FolderIds")?.children ?? [] {
            let id = folder.attributes["Id"] ?? ""
            if folder.name == "DistinguishedFolderId" {
                named.insert(folder.child("Mailbox")?.value("EmailAddress")?.lowercased() ?? actor)
                includeCalendar = includeCalendar || id == "calendar"
            } else {
                guard let mailbox = StoreID.mailbox(ofCalendar: id) else {
                    throw MailboxError(code: "ErrorFolderNotFound", message: "The folder \(id) could not be found.")
                }
                named.insert(mailbox)
                includeCalendar = true
            }
        }
        guard let mailbox = named.first, named.count == 1 else {
            throw .invalidSubscriptionRequest("A subscription needs folders, and all of one mailbox.")
        }
        return (mailbox, includeCalendar)
    }
}
