import Hummingbird

/// `/_sim/mail-tips`: how GetMailTips is answered.
struct MailTipsRoutes: Sendable {
    let conduct: MailTipsConduct

    func add(to group: RouterGroup<SimulatorContext>) {
        group.post("mail-tips") { request, _ in
            guard let order = await ControlJSON.order(MailTipsOrder.self, from: request), (order.recipients ?? 1) >= 0
            else {
                let manners = MailTipsConduct.Manner.allCases.map(\.rawValue).joined(separator: ", ")
                return ControlJSON.problem("expected {\"manner\": one of \(manners), \"recipients\": N}")
            }
            conduct.change { state in
                state.manner = order.manner ?? state.manner
                state.recipients = order.recipients ?? state.recipients
            }
            let state = conduct.current
            return ControlJSON.response(MailTipsOrder(manner: state.manner, recipients: state.recipients))
        }
    }
}

/// `POST /_sim/mail-tips`; what is left out stays as it is.
struct MailTipsOrder: Codable {
    var manner: MailTipsConduct.Manner?
    var recipients: Int?
}
