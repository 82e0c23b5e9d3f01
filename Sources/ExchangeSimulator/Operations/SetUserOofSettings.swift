/// Changes the automatic reply of one mailbox.
/// https://learn.microsoft.com/exchange/client-developer/web-service-reference/setuseroofsettings-operation
struct SetUserOofSettings: ExchangeOperation {
    let requestElement = "SetUserOofSettingsRequest"
    let mailboxes: Mailboxes

    func answer(_ request: ExchangeRequest) async throws(SOAPFault) -> ExchangeAnswer {
        guard let settings = request.operation.child("UserOofSettings") else {
            throw .schemaValidation("UserOofSettings is missing.")
        }
        // Wrong settings are the mailbox's error, not a fault.
        var outcome: MailboxError?
        do {
            let reply = try Self.reply(settings)
            outcome = await mailboxes.setAutomaticReply(reply, of: request.oofMailbox, askedBy: request.actor)
        } catch {
            outcome = error
        }
        var xml = XMLWriter()
        xml.element("m:SetUserOofSettingsResponse") { $0.responseMessage(outcome) }
        return .document(xml)
    }

    /// Times without an offset are UTC here, unlike in availability.
    private static func reply(_ settings: XMLElement) throws(MailboxError) -> AutomaticReply {
        guard let state = AutomaticReply.State(rawValue: settings.value("OofState") ?? ""),
            let audience = AutomaticReply.Audience(rawValue: settings.value("ExternalAudience") ?? "")
        else { throw MailboxError(code: "ErrorInvalidUserOofSettings", message: "State or audience is not valid.") }
        let bounds = ["StartTime", "EndTime"].map { name in
            settings.child("Duration")?.value(name).flatMap { SchemaTime.instant($0, clock: RequestTimeZone.utc) }
        }
        var reply = AutomaticReply(
            state: state,
            externalAudience: audience,
            start: bounds[0] ?? Instant(seconds: 0),
            end: bounds[1] ?? Instant(seconds: WallTime.day)
        )
        if state == .scheduled, bounds.contains(nil) || reply.end <= reply.start {
            throw MailboxError(
                code: "ErrorInvalidScheduledOofDuration",
                message: "A scheduled automatic reply must have an end after its start."
            )
        }
        reply.internalMessage = settings.child("InternalReply")?.value("Message") ?? ""
        reply.externalMessage = settings.child("ExternalReply")?.value("Message") ?? ""
        return reply
    }
}
