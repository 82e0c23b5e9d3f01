import Hummingbird

/// The plain HTTP interface under `/_sim/` by which a test or a demonstration steers the server. JSON without
/// authentication, answered to this machine only. Described in `examples/calendars/README.md`.
struct ControlRoutes: Sendable {
    let mailboxes: Mailboxes
    let groups: Groups
    let notifications: Notifications
    let conduct: ServerConduct
    let mailTips: MailTipsConduct
    /// What `+2h` counts from.
    let now: @Sendable () -> Instant

    /// Puts all routes under `/_sim`.
    func add(to router: Router<SimulatorContext>) {
        let group = router.group("/_sim").add(middleware: LoopbackOnly())
        addServer(to: group)
        NotificationRoutes(notifications: notifications).add(to: group)
        MailTipsRoutes(conduct: mailTips).add(to: group)
        GroupRoutes(groups: groups).add(to: group.group("/groups"))
        addMailboxes(to: group.group("/mailboxes"))
        CalendarRoutes(mailboxes: mailboxes, diary: Diary(mailboxes: mailboxes, notifications: notifications, now: now))
            .add(to: group)
    }

    /// The server as a whole: how it behaves, what it was asked.
    private func addServer(to group: RouterGroup<SimulatorContext>) {
        group.get("counters") { _, _ in ControlJSON.response(conduct.counters) }
        group.delete("counters") { _, _ in
            conduct.resetCounters()
            return ControlJSON.response(conduct.counters)
        }
        group.post("busy") { request, _ in
            guard let order = await ControlJSON.order(BusyOrder.self, from: request),
                (0...3_600_000).contains(order.milliseconds)
            else { return ControlJSON.problem("expected {\"milliseconds\": 0…3600000}") }
            conduct.beBusy(milliseconds: order.milliseconds)
            return ControlJSON.response(["busy_milliseconds": order.milliseconds])
        }
        group.post("slow") { request, _ in
            guard let order = await ControlJSON.order(SlowOrder.self, from: request),
                (0...600_000).contains(order.milliseconds)
            else { return ControlJSON.problem("expected {\"milliseconds\": 0…600000}") }
            conduct.beSlow(milliseconds: order.milliseconds)
            return ControlJSON.response(["slow_milliseconds": order.milliseconds])
        }
        group.post("away") { request, _ in
            guard let order = await ControlJSON.order(AwayOrder.self, from: request), order.requests >= 0 else {
                return ControlJSON.problem("expected {\"requests\": N}")
            }
            conduct.goAway(requests: order.requests)
            return ControlJSON.response(["away_requests": order.requests])
        }
        group.post("answer-twice") { request, _ in
            guard let order = await ControlJSON.order(AnswerTwiceOrder.self, from: request), order.faults >= 0 else {
                return ControlJSON.problem("expected {\"faults\": N}")
            }
            conduct.answerTwice(faults: order.faults)
            return ControlJSON.response(["answer_twice_faults": order.faults])
        }
    }

    /// What a mailbox is, and what it lets others do.
    private func addMailboxes(to group: RouterGroup<SimulatorContext>) {
        group.get("") { _, _ in ControlJSON.response(await mailboxes.all.map(MailboxReport.init)) }
        group.get(":address") { _, context in await report(context) }
        group.put(":address/automatic-reply") { request, context in
            guard let order = await ControlJSON.order(AutomaticReplyEntry.self, from: request) else {
                return ControlJSON.problem("expected {\"state\", \"start\", \"end\", \"internal\", \"external\"}")
            }
            do throws(ControlMistake) {
                let reply = try order.reply(now: now())
                return await change(context) { $0.automaticReply = reply }
            } catch {
                return ControlJSON.problem(error.description)
            }
        }
        group.put(":address/granted-view") { request, context in
            guard let order = await ControlJSON.order(GrantedViewOrder.self, from: request) else {
                let views = AvailabilityView.allCases.map(\.rawValue).joined(separator: ", ")
                return ControlJSON.problem("expected {\"view\": one of \(views)}")
            }
            return await change(context) { $0.granted = order.view }
        }
        group.put(":address/impersonation") { request, context in
            guard let order = await ControlJSON.order(ImpersonationOrder.self, from: request) else {
                return ControlJSON.problem("expected {\"allowed\": true or false}")
            }
            return await change(context) { $0.allowsImpersonation = order.allowed }
        }
        group.put(":address/failure") { request, context in
            guard let order = await ControlJSON.order(FailureOrder.self, from: request) else {
                return ControlJSON.problem("expected {\"response_code\": a code or null}")
            }
            let failure = order.responseCode.map { MailboxError(code: $0, message: "The simulator was told to fail.") }
            return await change(context) { $0.failure = failure }
        }
    }

    private func report(_ context: SimulatorContext) async -> Response {
        guard let mailbox = await mailboxes.mailbox(context.address) else { return ControlJSON.noSuchMailbox }
        return ControlJSON.response(MailboxReport(mailbox))
    }

    /// Changes a mailbox and shows what it is now.
    private func change(_ context: SimulatorContext, _ body: @Sendable (inout Mailbox) -> Void) async -> Response {
        await mailboxes.change(context.address, body) ? await report(context) : ControlJSON.noSuchMailbox
    }
}

/// Refuses everybody who is not on this machine.
private struct LoopbackOnly: RouterMiddleware {
    func handle(
        _ request: Request,
        context: SimulatorContext,
        next: (Request, SimulatorContext) async throws -> Response
    ) async throws -> Response {
        guard context.isLoopback else { return ControlJSON.problem("only from this machine", status: .forbidden) }
        return try await next(request, context)
    }
}
