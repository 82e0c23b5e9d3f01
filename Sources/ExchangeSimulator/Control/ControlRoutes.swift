import Hummingbird

/// The plain HTTP interface under `/_sim/` by which a test or a demonstration steers the server. JSON without
/// authentication, answered to this machine only. Described in `examples/calendars/README.md`.
struct ControlRoutes: Sendable {
    let mailboxes: Mailboxes
    let notifications: Notifications
    let conduct: ServerConduct
    /// What `+2h` counts from.
    let now: @Sendable () -> Instant

    /// Puts all routes under `/_sim`.
    func add(to router: Router<SimulatorContext>) {
        let group = router.group("/_sim").add(middleware: LoopbackOnly())
        addServer(to: group)
        NotificationRoutes(notifications: notifications).add(to: group)
        addMailboxes(to: group.group("/mailboxes"))
        addAppointments(to: group.group("/mailboxes"))
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

    /// What stands in a mailbox's calendar. Ids travel in the body: those of calendar files hold slashes.
    private func addAppointments(to group: RouterGroup<SimulatorContext>) {
        group.get(":address/appointments") { request, context in
            await occurrences(request, context) { $0.map(AppointmentReport.init) }
        }
        group.get(":address/truth") { request, context in
            await occurrences(request, context) { $0.map(BusyIntervalReport.init) }
        }
        group.post(":address/appointments") { request, context in
            guard let order = await ControlJSON.order(BookingOrder.self, from: request) else {
                return ControlJSON.problem("expected {\"start\", \"end\", \"busy_type\", \"subject\", …}")
            }
            do throws(ControlMistake) {
                let booked = await mailboxes.book(try order.occurrence(now: now()), for: address(context))
                return await changed(booked, .created, context)
            } catch {
                return ControlJSON.problem(error.description)
            }
        }
        group.post(":address/appointments/move") { request, context in
            guard let order = await ControlJSON.order(MoveOrder.self, from: request) else {
                return ControlJSON.problem("expected {\"id\", \"start\", \"end\"}")
            }
            do throws(ControlMistake) {
                let start = try ControlTime.instant(order.start, now: now())
                let end = try ControlTime.instant(order.end, now: now())
                let moved = await mailboxes.move(order.id, of: address(context), to: start, until: end)
                return await changed(moved, .modified, context)
            } catch {
                return ControlJSON.problem(error.description)
            }
        }
        group.post(":address/appointments/cancel") { request, context in
            guard let order = await ControlJSON.order(CancelOrder.self, from: request) else {
                return ControlJSON.problem("expected {\"id\"}")
            }
            return await changed(await mailboxes.cancel(order.id, of: address(context)), .deleted, context)
        }
    }

    /// The mailbox a path names, as mailboxes are kept: in lower case.
    private func address(_ context: SimulatorContext) -> String {
        (context.parameters.get("address") ?? "").lowercased()
    }

    private func report(_ context: SimulatorContext) async -> Response {
        guard let mailbox = await mailboxes.mailbox(address(context)) else { return noSuchMailbox }
        return ControlJSON.response(MailboxReport(mailbox))
    }

    /// Changes a mailbox and shows what it is now.
    private func change(_ context: SimulatorContext, _ body: @Sendable (inout Mailbox) -> Void) async -> Response {
        await mailboxes.change(address(context), body) ? await report(context) : noSuchMailbox
    }

    /// Shows the appointment, and lets subscribers know.
    private func changed(
        _ occurrence: Occurrence?,
        _ type: EventType,
        _ context: SimulatorContext
    ) async -> Response {
        guard let occurrence else { return ControlJSON.problem("no such mailbox or appointment", status: .notFound) }
        await notifications.record(
            CalendarChange(
                type: type,
                mailbox: address(context),
                item: occurrence.id,
                concernsFreeBusy: occurrence.busyType != .free,
                time: now()
            )
        )
        return ControlJSON.response(AppointmentReport(occurrence))
    }

    /// The window is `?from=…&to=…`, by default the coming seven days.
    private func occurrences(
        _ request: Request,
        _ context: SimulatorContext,
        show: ([Occurrence]) -> some Encodable
    ) async -> Response {
        do {
            let from = try ControlTime.instant(
                request.uri.queryParameters["from"].map(String.init) ?? "+0s",
                now: now()
            )
            let end = try ControlTime.instant(request.uri.queryParameters["to"].map(String.init) ?? "+7d", now: now())
            guard from < end else { return ControlJSON.problem("the window ends before it starts") }
            guard let all = await mailboxes.occurrences(of: address(context), in: from..<end) else {
                return noSuchMailbox
            }
            return ControlJSON.response(show(all))
        } catch {
            return ControlJSON.problem(error.description)
        }
    }

    private var noSuchMailbox: Response { ControlJSON.problem("no such mailbox", status: .notFound) }
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
